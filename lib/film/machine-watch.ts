// SPDX-License-Identifier: GPL-2.0-only
/** What a film sees of a live machine after each call: tables, keys, address spaces, mappings. */

import { SPACE_WORDS, traceWords } from '../generated/abi.js';
import { storageOf } from '../inspect/machine-storage.js';
import { collectTables, entryCount } from '../inspect/tables.js';
import { decodeMappings, mappingFlags, mappingWords } from '../machine/mappings.js';
import { traceInfoOf } from '../machine/tracing.js';
import { native } from '../native/binding.js';
import type { Context } from '../native/context.js';
import type { PatchBook } from './patch-book.js';
import { TableMemory } from './table-memory.js';

/** See native/core/program/tracer.h. */
const { TRACE_KEY: KEY, TRACE_TABLE: TABLE } = traceWords;
const STORE_WORDS = Number(traceWords.TRACE_STORE_WORDS);

const hex = (word: bigint | undefined) => (word ?? 0n).toString(16);

export class MachineWatch {
  readonly #context: Context;
  readonly #book: PatchBook;
  readonly #memory: TableMemory;
  #storesSeen = 0;
  readonly #mappings = new Map<bigint, BigUint64Array>();

  /** Puts the state as it is now into the book. The machine is traced from now on. */
  constructor(context: Context, book: PatchBook) {
    this.#context = context;
    this.#book = book;
    const storage = storageOf(context.machine);
    this.#memory = new TableMemory(book, storage);
    context.expectOk('trace', native.trace(context.handle, 1));
    const spaces = this.#seeSpaces();
    for (const { level, origin } of collectTables(storage, spaces).tables)
      this.#memory.range(Number(origin), entryCount(level) * (level === 'PTE' ? 2 : 1));
  }

  /** Puts into the book what changed since the last time. */
  look(): void {
    this.#seeStores();
    this.#seeSpaces();
  }

  #seeStores(): void {
    const { handle } = this.#context;
    const { storeWords } = traceInfoOf(this.#context, 'traceInfo');
    const words = new BigUint64Array(storeWords - this.#storesSeen);
    this.#context.expectOk('readTracedStores', native.readTracedStores(handle, this.#storesSeen, words));
    this.#storesSeen = storeWords;
    for (let at = 0; at < words.length; at += STORE_WORDS) this.#seeStore(words[at] ?? 0n, words[at + 2] ?? 0n);
  }

  #seeStore(place: bigint, call: bigint): void {
    const address = Number(place & ~(KEY | TABLE));
    if (place & KEY) {
      const key = native.storageKey(this.#context.handle, BigInt(address));
      this.#book.set('key', address.toString(16), key.toString(16));
    } else if (place & TABLE) {
      const count = Number(call >> 32n);
      if (count === 1) this.#memory.word(address);
      else this.#memory.range(address, count);
    }
  }

  #seeSpaces(): { name: string; asce: bigint }[] {
    const { handle } = this.#context;
    const rows = new BigUint64Array(native.spaceCount(handle) * SPACE_WORDS);
    this.#context.expectOk('readSpaces', native.readSpaces(handle, rows));
    const gone = new Set(this.#book.keys('space'));
    const spaces: { name: string; asce: bigint }[] = [];
    for (let at = 0; at < rows.length; at += SPACE_WORDS) {
      const [kind, number, mm = 0n, asce = 0n, end, pgstes] = rows.subarray(at, at + SPACE_WORDS);
      const name = kind === 0n ? `mm${number}` : `g${number}`;
      const text = kind === 0n ? `${hex(asce)} ${hex(pgstes)}` : `mm${mm} ${hex(asce)} ${hex(end)}`;
      this.#book.set('space', name, text);
      gone.delete(name);
      spaces.push({ name, asce });
      if (kind === 0n) this.#seeMappings(mm);
    }
    for (const name of gone) {
      this.#book.set('space', name, null);
      if (name.startsWith('mm')) this.#setMappings(BigInt(name.slice(2)), new BigUint64Array(0));
    }
    return spaces;
  }

  #seeMappings(number: bigint): void {
    const mm = native.mmAt(this.#context.handle, Number(number));
    this.#setMappings(number, mappingWords(this.#context, mm));
  }

  #setMappings(number: bigint, rows: BigUint64Array): void {
    const before = this.#mappings.get(number);
    if (before?.length === rows.length && before.every((word, i) => word === rows[i])) return;
    this.#mappings.set(number, rows);
    const gone = new Set(this.#book.keys('mapping').filter((key) => key.startsWith(`mm${number} `)));
    for (const mapping of decodeMappings(rows)) {
      const key = `mm${number} ${hex(mapping.start)}`;
      this.#book.set('mapping', key, `${hex(mapping.end)} ${mappingFlags(mapping)}`);
      gone.delete(key);
    }
    for (const key of gone) this.#book.set('mapping', key, null);
  }
}
