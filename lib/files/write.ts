// SPDX-License-Identifier: GPL-2.0-only
/** Writing files, and removing them. What could not be written to its end is not left behind. */
import {
  closeSync,
  copyFileSync,
  cpSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { attempt } from './file-error.js';

/**
 * Writes a file, or to whatever has that name: a pipe, or /dev/stdout.
 *
 * @throws {FileError} A file that was not there before is removed then.
 */
export function writeFile(path: string, content: string | Uint8Array): void {
  attempt('write', path, () => {
    const isNew = create(path);
    try {
      writeFileSync(path, content);
    } catch (error) {
      if (isNew) rmSync(path, { force: true });
      throw error;
    }
  });
}

/** Answers whether the file was not there. */
function create(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Writes a file that comes piece by piece; it is in its place when it is whole. To a pipe it goes as it comes. What `pieces`
 * throws goes through.
 *
 * @throws {FileError} What was there before is there still.
 */
export function writePieces(path: string, pieces: Iterable<string | Uint8Array>): void {
  const status = attempt('write', path, () => statSync(path, { throwIfNoEntry: false }));
  const isPipe = status !== undefined && !status.isFile();
  const place = status?.isFile() ? realpathSync(path) : path;
  const part = isPipe ? path : partOf(place);
  const fd = attempt('write', path, () => openSync(part, 'w'));
  try {
    for (const piece of pieces) attempt('write', path, () => writeFileSync(fd, piece));
    if (!isPipe) attempt('write', path, () => renameSync(part, place));
  } catch (error) {
    if (!isPipe) rmSync(part, { force: true });
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** The hidden name that a file has until it is whole. */
function partOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}`);
}

/**
 * Puts a file into its place when it is whole, under a hidden name until then: somebody may be reading the folder.
 *
 * @throws {FileError} What was there before is there still.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const part = partOf(path);
  attempt('write', path, () => {
    try {
      writeFileSync(part, content);
      renameSync(part, path);
    } catch (error) {
      rmSync(part, { force: true });
      throw error;
    }
  });
}

/** @throws {FileError} */
export function copyFile(from: string, to: string): void {
  attempt('write', to, () => copyFileSync(from, to));
}

/** The folder with everything in it. @throws {FileError} */
export function copyFolder(from: string, to: string): void {
  attempt('write', to, () => cpSync(from, to, { recursive: true }));
}

/**
 * Removes a file, or a folder with everything in it, if it is there.
 *
 * @throws {FileError}
 */
export function remove(path: string): void {
  attempt('remove', path, () => rmSync(path, { recursive: true, force: true }));
}
