// SPDX-License-Identifier: GPL-2.0-only
/** Pages that makedumpfile -z compresses: by Node, from 22.15 on. */
import * as zlib from 'node:zlib';
import { DumpError } from '../dump-error.js';

type Decompress = (data: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

/** Node 20's types do not have it. */
const decompress = (zlib as { readonly zstdDecompressSync?: Decompress }).zstdDecompressSync;

export function zstd(data: Buffer, size: number): Buffer {
  if (!decompress)
    throw new DumpError(
      'ERR_DUMP_FORMAT',
      `the dump is compressed by zstd, which Node ${process.versions.node} cannot read: Node 22.15 and later can`,
    );
  try {
    return decompress(data, { maxOutputLength: size });
  } catch (cause) {
    throw new DumpError('ERR_DUMP_DAMAGED', 'a page is damaged (zstd)', { cause });
  }
}
