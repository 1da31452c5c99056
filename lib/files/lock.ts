// SPDX-License-Identifier: GPL-2.0-only
/**
 * A lock that the system takes back when its owner dies, however it dies: flock(2) on an open file. flock(1) takes it for the
 * file that this process has open, and ends; nobody else has that file open, as it is closed on exec. There is no child that
 * could die or outlive this process, and no name of an owner that could be wrong. The lock file stays: who removes it
 * would let a second owner lock a new file of the same name.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { attempt, FileError } from './file-error.js';
import { readOwnText } from './read.js';

/** What flock(1) is told to end with if somebody else has the lock. */
const TAKEN = 75;

export interface Lock {
  release(): void;
}

/**
 * Takes the lock; undefined if another process has it, or this one.
 *
 * @throws {FileError} if the file cannot be made, or flock(1) does not work.
 */
export function takeLock(path: string): Lock | undefined {
  return attempt('lock', path, () => {
    const fd = openSync(path, 'a');
    const { status, stderr, error } = spawnSync('flock', ['-n', '-E', String(TAKEN), '3'], {
      stdio: ['ignore', 'ignore', 'pipe', fd],
      encoding: 'utf8',
    });
    if (status === 0) {
      // For people who ask who it is; nothing depends on it.
      ftruncateSync(fd);
      writeSync(fd, `${process.pid}\n`);
      return { release: () => closeSync(fd) };
    }
    closeSync(fd);
    if (status === TAKEN) return undefined;
    throw new FileError('lock', path, error?.message ?? `flock: ${stderr.trim()}`);
  });
}

/** The process that took the lock last. */
export function lockOwner(path: string): string {
  return readOwnText(path)?.trim() || 'unknown';
}
