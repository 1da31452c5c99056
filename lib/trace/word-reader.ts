// SPDX-License-Identifier: GPL-2.0-only
/** Reads observations word by word, and never past their end. */

import { checkText } from '../arguments.js';
import { show } from '../show.js';

/** Bytes that are no observations: cut off, or not what wire.h describes. */
export class ObservationError extends Error {
  override readonly name = 'ObservationError';
  readonly code = 'ERR_OBSERVATIONS';
  /** Up to where they were understood, in bytes. */
  readonly offset: number;

  constructor(offset: number, problem: string) {
    super(`observations, byte ${show(offset)}: ${checkText('ObservationError: problem', problem)}`);
    this.offset = offset;
  }
}

const WORD_BYTES = 8;

export class WordReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#view.byteLength;
  }

  fail(problem: string): never {
    throw new ObservationError(this.#at, problem);
  }

  word(): bigint {
    this.#need(1);
    const word = this.#view.getBigUint64(this.#at, true);
    this.#at += WORD_BYTES;
    return word;
  }

  /** A word as two unsigned 32-bit numbers. */
  halves(): { low: number; high: number } {
    this.#need(1);
    const low = this.#view.getUint32(this.#at, true);
    const high = this.#view.getUint32(this.#at + 4, true);
    this.#at += WORD_BYTES;
    return { low, high };
  }

  /** Reads `count` things of `words` words each. Checks first that there are so many: the count may be anything. */
  repeat<Thing>(count: number, words: number, read: () => Thing): Thing[] {
    this.#need(count * words);
    return Array.from({ length: count }, read);
  }

  /** Goes on behind so many words, which must be there. */
  skip(words: number): void {
    this.#need(words);
    this.#at += words * WORD_BYTES;
  }

  #need(words: number): void {
    const left = (this.#view.byteLength - this.#at) / WORD_BYTES;
    if (left < words) this.fail(`cut off: ${words} more words needed, ${Math.floor(left)} left`);
  }
}
