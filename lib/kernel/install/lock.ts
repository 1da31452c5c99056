// SPDX-License-Identifier: GPL-2.0-only
/** One installation of a kernel at a time. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { LiveKernelError } from '../errors.js';

/**
 * Does the work while a lock file says so.
 *
 * @throws {LiveKernelError} if another process has the lock.
 */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  takeLock(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function takeLock(file: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const owner = ownerOf(file);
      if (attempt > 2 || isAlive(owner)) {
        throw new LiveKernelError('ERR_FOLDER', `another process (${owner}) is at it; it has the lock ${file}`);
      }
      // Left behind by a process that was killed.
      rmSync(file, { force: true });
    }
  }
}

function ownerOf(file: string): number {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10);
  } catch {
    return Number.NaN;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
