// SPDX-License-Identifier: GPL-2.0-only
/** One installation of a kernel at a time. */
import { lockOwner, takeLock } from '../../files/lock.js';
import { visible } from '../../visible.js';
import { LiveKernelError } from '../errors.js';

/**
 * Does the work while this process has the lock, which ends with the process at the latest.
 *
 * @throws {LiveKernelError} if another process has the lock.
 */
export async function withLock<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  const lock = takeLock(file);
  if (!lock) {
    const owner = lockOwner(file);
    throw new LiveKernelError(
      'ERR_FOLDER',
      `another process (${visible(owner)}) is at it; it has the lock ${visible(file)}`,
    );
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
