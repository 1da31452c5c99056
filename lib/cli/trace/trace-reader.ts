// SPDX-License-Identifier: GPL-2.0-only
/** From the bytes of a trace, which come piece by piece, to its items. */
import { notText, utf8Decoder } from '../../files/read.js';
import { LineSplitter } from '../../trace/line-splitter.js';
import { TraceParser } from '../../trace/parse.js';
import { TraceSyntaxError } from '../../trace/syntax-error.js';
import type { TraceItem } from '../../trace/types.js';

/** In characters. Only a comment could be so long, or something that is no trace: it would all be in memory. */
const LONGEST_LINE = 2 ** 26;

export class TraceReader {
  readonly #source: string;
  readonly #decoder = utf8Decoder();
  readonly #splitter = new LineSplitter();
  readonly #parser: TraceParser;

  constructor(source: string) {
    this.#source = source;
    this.#parser = new TraceParser(source);
  }

  /**
   * Reads on. Items that are complete then are added to `complete`.
   *
   * @throws {TraceSyntaxError} if it is no trace.
   * @throws {FileError} if it is not UTF-8.
   */
  push(bytes: Uint8Array, complete: TraceItem[]): void {
    for (const line of this.#splitter.push(this.#decode(bytes))) this.#parser.line(line, complete);
    if (this.#splitter.rest > LONGEST_LINE)
      throw new TraceSyntaxError(this.#source, this.#parser.lines + 1, 1, 'the line is longer than 64 MiB');
  }

  /** After the last piece: adds what is complete then, and answers the header. Throws the same. */
  end(complete: TraceItem[]): Map<string, string> {
    for (const line of this.#splitter.push(this.#decode(undefined))) this.#parser.line(line, complete);
    for (const line of this.#splitter.end()) this.#parser.line(line, complete);
    this.#parser.end(complete);
    return this.#parser.header();
  }

  /** The characters that end in these bytes; undefined: there are no more. */
  #decode(bytes: Uint8Array | undefined): string {
    try {
      return bytes ? this.#decoder.decode(bytes, { stream: true }) : this.#decoder.decode();
    } catch (error) {
      throw notText(this.#source, error);
    }
  }
}
