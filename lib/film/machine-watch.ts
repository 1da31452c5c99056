// SPDX-License-Identifier: GPL-2.0-only
/** What a film sees of a live machine after each call: tables, keys, address spaces, mappings. */

import { SPACE_WORDS, traceWords } from '../generated/abi.js';
import { storageOf } from '../inspect/machine-storage.js';
import { collectTables, entryCount } from '../inspect/tables.js';
import { traceInfoOf } from '../machine/tracing.js';
import type { Context } from '../native/context.js';
import { MappingWatch } from './mapping-watch.js';
import type { PatchBook } from './patch-book.js';
import { TableMemory } from './table-memory.js';

/** See native/core/program/tracer.h. */
const { TRACE_KEY: KEY, TRACE_TABLE: TABLE, TRACE_VMA: VMA } = traceWords;
const STORE_WORDS = Number(traceWords.TRACE_STORE_WORDS);
const PIECE_WORDS = 4096 * STORE_WORDS;

const hex = (word: bigint | undefined) => (word ?? 0n).toString(16);

function sameWords(a: BigUint64Array, b: BigUint64Array): boolean {
  const bytes = (words: BigUint64Array) => new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  return Buffer.compare(bytes(a), bytes(b)) === 0;
}

export class MachineWatch {
  readonly #context: Context;
  readonly #book: PatchBook;
  readonly #memory: TableMemory;
  #storesSeen = 0;
  #spaceRows: BigUint64Array | undefined;
  #spaces: { name: string; asce: bigint }[] = [];
  readonly #mappings: MappingWatch;

  /** The machine is traced from now on. */
  constructor(context: Context, book: PatchBook) {
    this.#context = context;
    this.#book = book;
    const storage = storageOf(context.machine);
    this.#memory = new TableMemory(book, storage);
    this.#mappings = new MappingWatch(context, book);
    context.expectOk('trace', context.native.trace(context.handle, 1));
  }

  /** Puts the state as it is now into the book, with the keys that were set since the machine is traced. */
  begin(): void {
    for (const { place, call } of this.#newStores()) if (place & KEY) this.#seeStore(place, call);
    this.#seeSpaces();
    for (const { level, origin } of collectTables(storageOf(this.#context.machine), this.#spaces).tables)
      this.#memory.range(Number(origin), entryCount(level) * (level === 'PTE' ? 2 : 1));
  }

  /** Puts into the book what changed since the last time. */
  look(): void {
    for (const { place, before, call } of this.#newStores()) {
      if (place & VMA) this.#mappings.seeChange(place & ~VMA, before);
      else this.#seeStore(place, call);
    }
    this.#seeSpaces();
    this.#mappings.look();
  }

  *#newStores(): Generator<{ place: bigint; before: bigint; call: bigint }> {
    const { handle, native } = this.#context;
    const { storeWords } = traceInfoOf(this.#context, 'traceInfo');
    while (this.#storesSeen < storeWords) {
      const words = new BigUint64Array(Math.min(storeWords - this.#storesSeen, PIECE_WORDS));
      this.#context.expectOk('readTracedStores', native.readTracedStores(handle, this.#storesSeen, words));
      this.#storesSeen += words.length;
      for (let at = 0; at < words.length; at += STORE_WORDS) {
        const [place = 0n, before = 0n, call = 0n] = words.subarray(at, at + STORE_WORDS);
        yield { place, before, call };
      }
    }
  }

  #seeStore(place: bigint, call: bigint): void {
    const address = Number(place & ~(KEY | TABLE));
    if (place & KEY) {
      const { handle, native } = this.#context;
      const key = native.storageKey(handle, BigInt(address));
      this.#book.set('key', address.toString(16), key.toString(16));
    } else if (place & TABLE) {
      const count = Number(call >> 32n);
      if (count === 1) this.#memory.word(address);
      else this.#memory.range(address, count);
    }
  }

  #seeSpaces(): void {
    const { handle, native } = this.#context;
    const rows = new BigUint64Array(native.spaceCount(handle) * SPACE_WORDS);
    this.#context.expectOk('readSpaces', native.readSpaces(handle, rows));
    // Most calls change none of them.
    if (this.#spaceRows && sameWords(this.#spaceRows, rows)) return;
    this.#spaceRows = rows;
    const gone = new Set(this.#book.keys('space'));
    this.#spaces = [];
    for (let at = 0; at < rows.length; at += SPACE_WORDS) {
      const [kind, number, mm = 0n, asce = 0n, end, pgstes] = rows.subarray(at, at + SPACE_WORDS);
      const name = kind === 0n ? `mm${number}` : `g${number}`;
      const text = kind === 0n ? `${hex(asce)} ${hex(pgstes)}` : `mm${mm} ${hex(asce)} ${hex(end)}`;
      this.#book.set('space', name, text);
      gone.delete(name);
      this.#spaces.push({ name, asce });
      if (kind === 0n) this.#mappings.seeProcess(name, () => native.mmAt(handle, Number(mm)));
    }
    for (const name of gone) {
      this.#book.set('space', name, null);
      this.#mappings.forgetProcess(name);
    }
  }
}
