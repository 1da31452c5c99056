// SPDX-License-Identifier: GPL-2.0-only
/** What all formats of dumps are to their reader. */
import { damaged } from '../dump-error.js';

export const PAGE_SIZE = 4096;

/** A note of the dump: what was saved of a CPU, or what the kernel says of itself. */
export interface Note {
  readonly name: string;
  readonly type: number;
  readonly data: Buffer;
}

export interface DumpFormat {
  /** `ELF`, `kdump-compressed`, `kdump-compressed, flattened`. */
  readonly kind: string;
  readonly notes: readonly Note[];
  /** The first absolute address behind the machine's storage. */
  readonly end: number;
  /**
   * 4,096 bytes from the absolute address on, a multiple of 4,096; undefined if the machine has none there, or the dump does not say.
   * What was filtered out reads as zeros where the format does not tell it from pages of zeros.
   *
   * @throws {DumpError} ERR_DUMP_DAMAGED
   */
  page(absolute: number): Buffer | undefined;
  /** Where the dump itself says that a virtual address of the kernel is: /proc/kcore does. */
  absoluteOf(virtual: bigint): bigint | undefined;
}

const padded = (size: number) => Math.ceil(size / 4) * 4;

/** The notes in a segment or part of a file. One that goes beyond its end is left out, and so is what follows. */
export function parseNotes(bytes: Buffer): Note[] {
  const notes: Note[] = [];
  for (let at = 0; at + 12 <= bytes.length; ) {
    const [nameSize, size, type] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4), bytes.readUInt32BE(at + 8)];
    const data = at + 12 + padded(nameSize);
    if (data + size > bytes.length) break;
    notes.push({
      name: textUpToNul(bytes.subarray(at + 12, at + 12 + nameSize)),
      type,
      data: bytes.subarray(data, data + size),
    });
    at = data + padded(size);
  }
  return notes;
}

/** Text of the kernel's, which may be anything but is shown. */
export function textUpToNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}

/** What decompression made of a page. */
export function wholePage(page: Buffer, how: string): Buffer {
  if (page.length !== PAGE_SIZE) throw damaged(`a page has ${page.length} bytes once it is decompressed (${how})`);
  return page;
}
