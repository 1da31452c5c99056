// SPDX-License-Identifier: GPL-2.0-only
/** kdump-compressed files, as makedumpfile and QEMU write them: makedumpfile's IMPLEMENTATION, "diskdump format". */
import { inflateSync } from 'node:zlib';
import { DumpError, damaged } from '../dump-error.js';
import { type DumpFormat, type Note, PAGE_SIZE, parseNotes, textUpToNul, wholePage } from './format.js';
import { lzo } from './lzo.js';
import { snappy } from './snappy.js';
import { numberAt, type Source } from './source.js';
import { zstd } from './zstd.js';

const SUB_HEADER = 104;
const DESCRIPTOR = 24;
/** How a page is compressed. */
const ZLIB = 0x1;
const LZO = 0x2;
const SNAPPY = 0x4;
const ZSTD = 0x20;
/** What does not get smaller is not compressed, but nothing says that it must not grow. */
const MOST_COMPRESSED = 2 * PAGE_SIZE;
/** A file says how many pages are dumped before a place once for so many bytes of its bitmap. */
const BYTES_OF_A_COUNT = 512;
/** 2 TiB of storage. */
const MOST_BITMAP = 2 ** 26;

const POPULATION = Uint8Array.from({ length: 256 }, (_, i) => i.toString(2).replaceAll('0', '').length);
const population = (byte: number) => POPULATION[byte] as number;

/** One of the files that a dump was split into has the pages of a range. */
interface Range {
  readonly first: number;
  readonly end: number;
}

export class KdumpDump implements DumpFormat {
  readonly kind: string = 'kdump-compressed';
  readonly notes: readonly Note[];
  readonly end: number;
  /** Numbers of pages. */
  readonly range: Range;
  readonly #source: Source;
  /** A bit for each page of the machine. */
  readonly #valid: Buffer;
  /** A bit for each page that is in the file. */
  readonly #dumped: Buffer;
  /** Where the table of descriptors is. */
  readonly #descriptors: number;
  readonly #counts: Uint32Array;
  /** Dumped pages before the file's range. */
  readonly #before: number;

  constructor(source: Source) {
    this.#source = source;
    const header = source.read(0, PAGE_SIZE);
    const [version, blockSize, subBlocks, bitmapBlocks] = [8, 428, 432, 436].map((at) => header.readUInt32BE(at)) as [
      number,
      number,
      number,
      number,
    ];
    // QEMU writes S390X.
    const machine = textUpToNul(header.subarray(272, 337));
    if (machine.toLowerCase() !== 's390x' || blockSize !== PAGE_SIZE)
      throw new DumpError(
        'ERR_DUMP_FORMAT',
        `${source.path} is a dump, but none of s390x in its byte order (machine "${machine}", blocks of ${blockSize} bytes)`,
      );
    const sub = source.read(blockSize, SUB_HEADER);
    this.notes = notesOf(source, version, sub);
    this.range = rangeOf(version, sub);
    const bitmapBytes = (bitmapBlocks * blockSize) / 2;
    if (bitmapBytes > MOST_BITMAP) throw damaged(`${source.path} says that it has a bitmap of ${bitmapBytes} bytes`);
    const bitmaps = source.read((1 + subBlocks) * blockSize, 2 * bitmapBytes);
    this.#valid = bitmaps.subarray(0, bitmapBytes);
    this.#dumped = bitmaps.subarray(bitmapBytes);
    this.end = PAGE_SIZE * pagesUpTo(this.#valid);
    this.#descriptors = (1 + subBlocks + bitmapBlocks) * blockSize;
    this.#counts = countsOf(this.#dumped);
    this.#before = this.#dumpedBefore(this.range.first);
  }

  page(absolute: number): Buffer | undefined {
    const number = absolute / PAGE_SIZE;
    if (number < this.range.first || number >= this.range.end || !isSet(this.#valid, number)) return undefined;
    // Left out, or a page of zeros: nobody wrote down which.
    if (!isSet(this.#dumped, number)) return Buffer.alloc(PAGE_SIZE);
    const place = this.#dumpedBefore(number) - this.#before;
    const descriptor = this.#source.read(this.#descriptors + DESCRIPTOR * place, DESCRIPTOR);
    const size = descriptor.readUInt32BE(8);
    if (size > MOST_COMPRESSED)
      throw damaged(`the page at 0x${absolute.toString(16)} has ${size} bytes in ${this.#source.path}`);
    return decompress(this.#source.read(numberAt(descriptor, 0), size), descriptor.readUInt32BE(12));
  }

  absoluteOf(): undefined {
    return undefined;
  }

  #dumpedBefore(number: number): number {
    const byte = Math.min(number >> 3, this.#dumped.length);
    let count = this.#counts[Math.floor(byte / BYTES_OF_A_COUNT)] as number;
    for (let i = byte - (byte % BYTES_OF_A_COUNT); i < byte; i++) count += population(this.#dumped[i] as number);
    return count + population((this.#dumped[byte] ?? 0) & ((1 << (number & 7)) - 1));
  }
}

const isSet = (bitmap: Buffer, number: number) => (((bitmap[number >> 3] ?? 0) >> (number & 7)) & 1) === 1;

/** Up to the last one that the machine has. */
function pagesUpTo(valid: Buffer): number {
  let byte = valid.length - 1;
  while (byte >= 0 && valid[byte] === 0) byte--;
  return byte < 0 ? 0 : 8 * byte + 32 - Math.clz32(valid[byte] as number);
}

function countsOf(bitmap: Buffer): Uint32Array {
  const counts = new Uint32Array(Math.floor(bitmap.length / BYTES_OF_A_COUNT) + 1);
  let count = 0;
  for (let i = 0; i < bitmap.length; i++) {
    if (i % BYTES_OF_A_COUNT === 0) counts[i / BYTES_OF_A_COUNT] = count;
    count += population(bitmap[i] as number);
  }
  if (bitmap.length % BYTES_OF_A_COUNT === 0) counts[bitmap.length / BYTES_OF_A_COUNT] = count;
  return counts;
}

function notesOf(source: Source, version: number, sub: Buffer): Note[] {
  const [infoSize, notesSize] = [version >= 3 ? numberAt(sub, 40) : 0, version >= 4 ? numberAt(sub, 56) : 0];
  const notes = notesSize > 0 ? parseNotes(source.read(numberAt(sub, 48), notesSize)) : [];
  if (infoSize > 0) notes.push({ name: 'VMCOREINFO', type: 0, data: source.read(numberAt(sub, 32), infoSize) });
  return notes;
}

function rangeOf(version: number, sub: Buffer): Range {
  const isSplit = version >= 2 && sub.readInt32BE(12) !== 0;
  if (!isSplit) return { first: 0, end: Number.POSITIVE_INFINITY };
  return version >= 6
    ? { first: numberAt(sub, 80), end: numberAt(sub, 88) }
    : { first: numberAt(sub, 16), end: numberAt(sub, 24) };
}

function decompress(data: Buffer, flags: number): Buffer {
  if (flags & ZLIB) return wholePage(inflate(data), 'zlib');
  if (flags & LZO) return lzo(data, PAGE_SIZE);
  if (flags & SNAPPY) return snappy(data, PAGE_SIZE);
  if (flags & ZSTD) return wholePage(zstd(data, PAGE_SIZE), 'zstd');
  return wholePage(data, 'not compressed');
}

function inflate(data: Buffer): Buffer {
  try {
    return inflateSync(data, { maxOutputLength: PAGE_SIZE });
  } catch (cause) {
    throw new DumpError('ERR_DUMP_DAMAGED', 'a page is damaged (zlib)', { cause });
  }
}
