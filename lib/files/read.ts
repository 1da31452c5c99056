// SPDX-License-Identifier: GPL-2.0-only
/** Reading files whole. */
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { attempt, FileError } from './file-error.js';

/** The longest string that V8 makes is a little shorter than this. */
const MOST_MIB = 512;
const MOST = MOST_MIB * 2 ** 20 - 32;
const CHUNK = 2 ** 16;

/**
 * The bytes of a file, which may be a pipe.
 *
 * @throws {FileError} if it cannot be read, or has more than 512 MiB.
 */
export function readBytes(path: string): Buffer {
  return attempt('read', path, () => {
    const fd = openSync(path, 'r');
    try {
      const status = fstatSync(fd);
      if (status.size > MOST) throw tooLarge(path);
      // Files in /proc say that they are empty, pipes do not know.
      return status.isFile() && status.size > 0 ? readFileSync(fd) : readChunks(fd, path);
    } finally {
      closeSync(fd);
    }
  });
}

/** Up to the limit: a device may have no end. */
function readChunks(fd: number, path: string): Buffer {
  const chunks: Buffer[] = [];
  for (let total = 0; ; ) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = readSync(fd, chunk, 0, CHUNK, null);
    if (length === 0) return Buffer.concat(chunks);
    total += length;
    if (total > MOST) throw tooLarge(path);
    chunks.push(chunk.subarray(0, length));
  }
}

function tooLarge(path: string): FileError {
  return new FileError('read', path, `it is larger than ${MOST_MIB} MiB`);
}

/**
 * The text of a file.
 *
 * @throws {FileError} if it cannot be read, has more than 512 MiB, or is not UTF-8.
 */
export function readText(path: string): string {
  return decodeText(readBytes(path), path);
}

function decodeText(bytes: Buffer, source: string): string {
  try {
    return utf8Decoder().decode(bytes);
  } catch (error) {
    throw notText(source, error);
  }
}

/** A byte order mark is kept: the trace format has none, and the parser says where it stands. @internal */
export function utf8Decoder(): InstanceType<typeof TextDecoder> {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
}

export function notText(source: string, cause: unknown): FileError {
  return new FileError('read', source, 'it is not UTF-8 text', { cause });
}

/** The text of a file that lies where this package keeps its own; undefined if it is not there, or is no readable text. */
export function readOwnText(path: string): string | undefined {
  try {
    return statSync(path).isFile() ? readText(path) : undefined;
  } catch {
    return undefined;
  }
}
