// SPDX-License-Identifier: GPL-2.0-only
/** The words of tables in a film: a fill, and the words that are not as they were filled. */
import type { StorageView } from '../inspect/storage.js';
import { fillOf, GRANULE, GRANULE_WORDS, granuleOf, LARGE_TABLE } from './granules.js';
import type { PatchBook } from './patch-book.js';

const WORD_BYTES = 8;

export class TableMemory {
  readonly #book: PatchBook;
  readonly #storage: StorageView;
  /** Words that are kept one by one, by granule. */
  readonly #kept = new Map<number, Set<number>>();
  readonly #fills = new Map<number, bigint>();

  constructor(book: PatchBook, storage: StorageView) {
    this.#book = book;
    this.#storage = storage;
  }

  /** A range was stored to: takes what is there now. Its length is a multiple of 2 KiB, or it is taken word by word. */
  range(start: number, count: number): void {
    if (start % GRANULE !== 0 || count % GRANULE_WORDS !== 0) {
      for (let i = 0; i < count; i++) this.word(start + i * WORD_BYTES);
      return;
    }
    // A region or segment table is one fill, unless parts of it were made something else in the same call.
    if (start % LARGE_TABLE === 0 && count * WORD_BYTES === LARGE_TABLE) this.#fill(start, count);
    else for (let i = 0; i < count; i += GRANULE_WORDS) this.#fill(start + i * WORD_BYTES, GRANULE_WORDS);
  }

  word(address: number): void {
    const [value] = this.#storage.words(BigInt(address), 1) ?? [];
    if (value !== undefined) this.#set(address, value);
  }

  #fill(start: number, count: number): void {
    const words = this.#storage.words(BigInt(start), count);
    this.#forget(start, count);
    if (!words) {
      this.#book.set('fill', start.toString(16), `${count} ?`);
      return;
    }
    const value = mostOften(words);
    this.#book.set('fill', start.toString(16), `${count} ${value.toString(16)}`);
    this.#fills.set(start, value);
    for (const [i, word] of words.entries()) if (word !== value) this.#set(start + i * WORD_BYTES, word);
  }

  #forget(start: number, count: number): void {
    const end = start + count * WORD_BYTES;
    for (let granule = start; granule < end; granule += GRANULE) {
      for (const address of this.#kept.get(granule) ?? []) this.#book.set('word', address.toString(16), null);
      this.#kept.delete(granule);
      if (this.#fills.delete(granule)) this.#book.set('fill', granule.toString(16), null);
    }
  }

  #set(address: number, value: bigint): void {
    const granule = granuleOf(address);
    const filled = fillOf(this.#fills, granule);
    const kept = this.#kept.get(granule) ?? new Set();
    this.#kept.set(granule, kept);
    if (value === filled) kept.delete(address);
    else kept.add(address);
    this.#book.set('word', address.toString(16), value === filled ? null : value.toString(16));
  }
}

function mostOften(words: BigUint64Array): bigint {
  const counts = new Map<bigint, number>();
  let best = words[0] ?? 0n;
  for (const word of words) {
    const count = (counts.get(word) ?? 0) + 1;
    counts.set(word, count);
    if (count > (counts.get(best) ?? 0)) best = word;
  }
  return best;
}
