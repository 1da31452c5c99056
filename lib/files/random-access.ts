// SPDX-License-Identifier: GPL-2.0-only
/** Reading parts of a large file. */
import { closeSync, openSync, readSync, statfsSync, statSync } from 'node:fs';
import { attempt, FileError } from './file-error.js';

/** A part that is longer is not read: whoever asks for so much believes a damaged file. */
const MOST = 2 ** 28;

/** Of the file system that is /proc (Linux, include/uapi/linux/magic.h). */
const PROC = 0x9fa0;

/** A file that stays open. Close it. */
export class RandomAccessFile {
  readonly path: string;
  /** In bytes. What /proc says of its files is no size: it may be more than is there, or 0 where is something. */
  readonly size: number;
  /** Whether it lies in /proc: what is read is what is there at that moment. */
  readonly isInProc: boolean;
  readonly #fd: number;

  /** @throws {FileError} if it cannot be opened, or is a folder, a pipe or a device. */
  constructor(path: string) {
    this.path = path;
    // Before it is opened: a pipe would wait for somebody who writes, or lose what was written for the next reader.
    const status = attempt('read', path, () => statSync(path));
    if (!status.isFile())
      throw new FileError('read', path, 'it is no regular file: parts of it are read, in any order');
    this.isInProc = attempt('read', path, () => statfsSync(path)).type === PROC;
    this.size = this.isInProc ? Number.MAX_SAFE_INTEGER : status.size;
    this.#fd = attempt('read', path, () => openSync(path, 'r'));
  }

  /** Those of the bytes from the offset on that are there: fewer than `length` at the end of the file. */
  read(offset: number, length: number): Buffer {
    if (length > MOST) throw new FileError('read', this.path, `it asks for ${length} bytes in one piece`);
    const bytes = Buffer.alloc(Math.max(0, Math.min(length, this.size - offset)));
    return attempt('read', this.path, () => {
      let got = 0;
      while (got < bytes.length) {
        const more = readSync(this.#fd, bytes, got, bytes.length - got, offset + got);
        if (more === 0) break;
        got += more;
      }
      return bytes.subarray(0, got);
    });
  }

  close(): void {
    closeSync(this.#fd);
  }
}
