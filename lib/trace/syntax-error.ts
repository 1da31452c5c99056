// SPDX-License-Identifier: GPL-2.0-only
import { checkText } from '../arguments.js';
import { show } from '../show.js';
import { visible } from '../visible.js';

/** A text that is not a trace. The message begins with the place, as compilers write it: `file:line:column: …`. */
export class TraceSyntaxError extends SyntaxError {
  override readonly name = 'TraceSyntaxError';
  readonly code = 'ERR_TRACE_SYNTAX';
  /** The file name that was given to {@link parseTrace}. */
  readonly source: string;
  /** The line of the file, counted from 1. */
  readonly line: number;
  /** The place in the line, counted from 1, in UTF-16 units. */
  readonly column: number;

  constructor(source: string, line: number, column: number, problem: string) {
    checkText('TraceSyntaxError: source', source);
    checkText('TraceSyntaxError: problem', problem);
    super(`${visible(source)}:${show(line)}:${show(column)}: ${problem}`);
    this.source = source;
    this.line = line;
    this.column = column;
  }
}
