// SPDX-License-Identifier: GPL-2.0-only
/** Writing files, and removing them. What could not be written to its end is not left behind. */
import { closeSync, copyFileSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
 * Puts a file into its place when it is whole, under a hidden name until then: somebody may be reading the folder.
 *
 * @throws {FileError} What was there before is there still.
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const part = join(dirname(path), `.${basename(path)}.${process.pid}`);
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

/**
 * Removes a file, or a folder with everything in it, if it is there.
 *
 * @throws {FileError}
 */
export function remove(path: string): void {
  attempt('remove', path, () => rmSync(path, { recursive: true, force: true }));
}
