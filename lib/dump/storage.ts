// SPDX-License-Identifier: GPL-2.0-only
/** The absolute storage of the machine that a dump is of. */
import { endianness } from 'node:os';
import type { StorageView } from '../inspect/storage.js';
import { DumpError } from './dump-error.js';
import { type DumpFormat, PAGE_SIZE } from './formats/format.js';

/** The computer that this runs on. */
const IS_LITTLE_ENDIAN = endianness() === 'LE';
/** Pages that are kept: 64 MiB. */
const KEPT_PAGES = 16384;
/** The number of a page fits into a double with room to spare. */
const END = 2n ** 52n;

export class DumpStorage implements StorageView {
  readonly format: DumpFormat;
  /** By their absolute addresses; null: not there. */
  readonly #pages = new Map<number, Buffer | null>();
  #reads = 0;

  constructor(format: DumpFormat) {
    this.format = format;
  }

  /** How many pages were read so far. */
  get reads(): number {
    return this.#reads;
  }

  /** Undefined if they are not all in the dump. */
  bytes(absolute: bigint, length: number): Buffer | undefined {
    if (absolute < 0n || absolute + BigInt(length) > END) return undefined;
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

export const missing = (message: string): DumpError => new DumpError('ERR_DUMP_MISSING', message);
