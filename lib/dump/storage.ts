// SPDX-License-Identifier: GPL-2.0-only
/** The absolute storage of the machine that a dump is of. */
import { endianness } from 'node:os';
import type { StorageView } from '../inspect/storage.js';
import { DumpError, damaged } from './dump-error.js';
import { type DumpFormat, PAGE_SIZE } from './formats/format.js';

/** The computer that this runs on. */
const IS_LITTLE_ENDIAN = endianness() === 'LE';
/** Pages that are kept: 64 MiB. */
const KEPT_PAGES = 16384;
/** The number of a page fits into a double with room to spare. */
const END = 2 ** 52;

export class DumpStorage implements StorageView {
  readonly format: DumpFormat;
  /** By their absolute addresses; null: not there. */
  readonly #pages = new Map<number, Buffer | null>();
  #reads = 0;

  constructor(format: DumpFormat) {
    this.format = format;
  }

  /** The first absolute address behind the machine's storage. */
  get end(): number {
    return Math.min(this.format.end, END);
  }

  /** How many pages were read so far. */
  get reads(): number {
    return this.#reads;
  }

  /** Undefined if they are not all in the dump. */
  bytes(absolute: bigint, length: number): Buffer | undefined {
    if (absolute < 0n || absolute + BigInt(length) > BigInt(END)) return undefined;
    const parts: Buffer[] = [];
    for (let at = Number(absolute), left = length; left > 0; ) {
      const first = at % PAGE_SIZE;
      const page = this.#page(at - first);
      if (!page) return undefined;
      const part = page.subarray(first, first + left);
      parts.push(part);
      at += part.length;
      left -= part.length;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }

  words(absolute: bigint, count: number): BigUint64Array | undefined {
    const bytes = this.bytes(absolute, count * 8);
    if (!bytes) return undefined;
    const words = new BigUint64Array(count);
    const copy = Buffer.from(words.buffer);
    bytes.copy(copy);
    if (IS_LITTLE_ENDIAN) copy.swap64();
    return words;
  }

  #page(absolute: number): Buffer | undefined {
    let page = this.#pages.get(absolute);
    if (page === undefined) {
      this.#reads++;
      page = this.format.page(absolute) ?? null;
      const [oldest] = this.#pages.keys();
      if (this.#pages.size >= KEPT_PAGES && oldest !== undefined) this.#pages.delete(oldest);
      this.#pages.set(absolute, page);
    }
    return page ?? undefined;
  }
}

/** Of a table in a walk through one address space, which has it once. */
const MOST_READS = 16;

/** For walks that go wherever entries lead: damaged ones lead to the same tables again and again. */
export function withoutCircles(storage: StorageView): StorageView {
  const reads = new Map<bigint, number>();
  return {
    words(absolute, count) {
      const read = (reads.get(absolute) ?? 0) + 1;
      if (read > MOST_READS)
        throw damaged(`the table at absolute 0x${absolute.toString(16)} is reached again and again`);
      reads.set(absolute, read);
      return storage.words(absolute, count);
    },
  };
}

export const missing = (message: string): DumpError => new DumpError('ERR_DUMP_MISSING', message);
