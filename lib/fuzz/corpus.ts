// SPDX-License-Identifier: GPL-2.0-only
/** A folder of inputs, one a file: what our own fuzzer, libFuzzer and AFL++ exchange with each other. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { entriesBelow } from '../entries-below.js';
import { parseTrace } from '../trace/parse.js';
import { traceToInput } from './input.js';

const TRACE = '.trace';

/** An input by its content, as libFuzzer names its files. */
export function nameOfInput(input: Uint8Array): string {
  return createHash('sha1').update(input).digest('hex');
}

export interface CorpusFile {
  readonly path: string;
  readonly input: Uint8Array;
}

/** Others may write into the folder at the same time: {@link CorpusFolder.news} tells what came. */
export class CorpusFolder {
  readonly path: string;
  readonly #known = new Set<string>();

  /** Makes the folder if it does not exist. Throws what node:fs throws. */
  constructor(path: string) {
    this.path = path;
    mkdirSync(path, { recursive: true });
  }

  /**
   * The files that came since the last time, the first time all: inputs, or traces by their ending. Hidden files are left
   * out; folders are looked into, as AFL++ has them.
   *
   * @throws {TraceSyntaxError} if a *.trace file is none.
   */
  news(): CorpusFile[] {
    const files = entriesBelow(this.path)
      .filter(({ entry }) => entry.isFile() && !entry.name.startsWith('.'))
      .map(({ path }) => path)
      .filter((path) => !this.#known.has(path))
      .sort();
    for (const path of files) this.#known.add(path);
    return files.map((path) => ({ path, input: readInput(path) }));
  }

  /** Writes an input, if it is not there yet. */
  save(input: Uint8Array): void {
    const path = join(this.path, nameOfInput(input));
    if (this.#known.has(path)) return;
    this.#known.add(path);
    // Under a hidden name until it is whole: somebody may be reading the folder.
    const part = join(this.path, `.${basename(path)}.${process.pid}`);
    writeFileSync(part, input);
    renameSync(part, path);
  }
}

/** The input of a file: its bytes, or those that run the program of a *.trace file. */
export function readInput(path: string): Uint8Array {
  const bytes = readFileSync(path);
  return path.endsWith(TRACE) ? traceToInput(parseTrace(bytes.toString('utf8'), path)) : new Uint8Array(bytes);
}
