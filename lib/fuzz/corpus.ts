// SPDX-License-Identifier: GPL-2.0-only
/** A folder of inputs, one a file: what our own fuzzer, libFuzzer and AFL++ exchange with each other. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { checkFunction, checkPath, copyBytes } from '../arguments.js';
import { filesBelow, type Skipped } from '../files/below.js';
import { makeFolder } from '../files/folders.js';
import { readBytes, readText } from '../files/read.js';
import { replaceFile } from '../files/write.js';
import { parseTrace } from '../trace/parse.js';
import { inputProblem } from './fuzzer.js';
import { traceToInput } from './input.js';

const TRACE = '.trace';

/** An input by its content, as libFuzzer names its files. */
export function nameOfInput(input: Uint8Array): string {
  return createHash('sha1').update(copyBytes('nameOfInput: input', input)).digest('hex');
}

/** A file of a corpus. */
export interface CorpusFile {
  /** Its path. */
  readonly path: string;
  /** Its input, also where the file is a trace. */
  readonly input: Uint8Array;
}

/** Others may write into the folder at the same time: {@link CorpusFolder.news} tells what came. */
export class CorpusFolder {
  /** The folder. */
  readonly path: string;
  readonly #known = new Set<string>();
  readonly #onSkipped: (skipped: Skipped) => void;

  /**
   * Makes the folder if it does not exist. `onSkipped` is told once of each thing in it that is no file, and of each
   * program that is over the limit of a corpus.
   *
   * @throws {FileError}
   */
  constructor(path: string, onSkipped: (skipped: Skipped) => void = () => {}) {
    this.path = checkPath('CorpusFolder: path', path);
    this.#onSkipped = checkFunction('CorpusFolder: onSkipped', onSkipped);
    makeFolder(this.path);
  }

  /**
   * The files that came since the last time, the first time all: inputs, or traces by their ending. Hidden files are left
   * out; folders are looked into, as AFL++ has them.
   *
   * @throws {TraceSyntaxError} if a *.trace file is none.
   * @throws {FileError}
   */
  news(): CorpusFile[] {
    const { files, skipped } = filesBelow(this.path, isInput);
    for (const one of skipped) if (this.#isNew(one.path)) this.#onSkipped(one);
    return files
      .filter((path) => this.#isNew(path))
      .map((path) => ({ path, input: readInput(path) }))
      .filter((file) => this.#hasRoom(file));
  }

  #hasRoom({ path, input }: CorpusFile): boolean {
    const problem = inputProblem(input);
    if (problem !== undefined) this.#onSkipped({ path, what: problem });
    return problem === undefined;
  }

  /** Writes an input, if it is not there yet. @throws {FileError} */
  save(input: Uint8Array): void {
    const bytes = copyBytes('CorpusFolder.save: input', input);
    const path = join(this.path, nameOfInput(bytes));
    if (this.#isNew(path)) replaceFile(path, bytes);
  }

  #isNew(path: string): boolean {
    const isNew = !this.#known.has(path);
    this.#known.add(path);
    return isNew;
  }
}

/** Others write their parts under hidden names, and keep lists there. */
const isInput = (name: string) => !name.startsWith('.');

/**
 * The input of a file: its bytes, or those that run the program of a *.trace file.
 *
 * @throws {FileError} if it cannot be read.
 * @throws {TraceSyntaxError} if a *.trace file is none; {@link traceToInput} says what else.
 */
export function readInput(path: string): Uint8Array {
  checkPath('readInput: path', path);
  return path.endsWith(TRACE) ? traceToInput(parseTrace(readText(path), path)) : new Uint8Array(readBytes(path));
}
