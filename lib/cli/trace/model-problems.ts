// SPDX-License-Identifier: GPL-2.0-only
/** Programs that cannot be read, or that no machine can be made for: words in place of a stack. */
import { GmapError } from '../../machine/errors.js';
import { type Trace, TraceSyntaxError, UnknownKernelError } from '../../trace/index.js';
import { CliError } from '../errors.js';
import { readTrace, readTraceFromStdin } from '../files.js';

/** Reads a program; `-` is standard input. */
export async function readProgram(file: string): Promise<Trace> {
  try {
    return file === '-' ? await readTraceFromStdin() : readTrace(file);
  } catch (error) {
    if (error instanceof TraceSyntaxError) throw new CliError(error.message);
    throw error;
  }
}

/** What the model says against a program is told with the program's name. */
export function modelProblems<Result>(source: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnknownKernelError || error instanceof GmapError)
      throw new CliError(`${source}: ${error.message}`);
    throw error;
  }
}
