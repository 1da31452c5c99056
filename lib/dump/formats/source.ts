// SPDX-License-Identifier: GPL-2.0-only
/** The bytes of a dump's file, wherever they lie. */
import type { RandomAccessFile } from '../../files/random-access.js';
import { damaged } from '../dump-error.js';

/** Two bitmaps of 2 TiB of storage: nothing else is so large. */
const MOST_BYTES = 2 ** 27;

export interface Source {
  readonly path: string;
  /** @throws {DumpError} ERR_DUMP_DAMAGED if they are not all there. */
  read(offset: number, length: number): Buffer;
}

export function sourceOf(file: RandomAccessFile): Source {
  return {
    path: file.path,
    read(offset, length) {
      if (length > MOST_BYTES) throw damaged(`${file.path} says that a part of it has ${length} bytes`);
      const bytes = file.read(offset, length);
      if (bytes.length < length)
        throw damaged(
          `${file.path} is not complete: it ends at ${Math.min(file.size, offset + bytes.length)}, and goes on to ${offset + length}`,
        );
      return bytes;
    },
  };
}

/** A field that is an offset, a size or an address. Those beyond 2^53 are none of this world. */
export function numberAt(bytes: Buffer, at: number): number {
  const value = bytes.readBigUInt64BE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw damaged(`a size or offset in it is 0x${value.toString(16)}`);
  return Number(value);
}
