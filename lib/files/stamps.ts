// SPDX-License-Identifier: GPL-2.0-only
/** Whether a file can be another one than it was, without reading it. */
import { statSync, utimesSync } from 'node:fs';
import { attempt } from './file-error.js';

export interface Stamp {
  readonly bytes: number;
  /** When it or what is known of it was changed last, in milliseconds since 1970: nobody can choose that time. */
  readonly changed: number;
}

/** Undefined if it is not there, or no file. */
export function stampOf(path: string): Stamp | undefined {
  try {
    const status = statSync(path);
    return status.isFile() ? { bytes: status.size, changed: status.ctimeMs } : undefined;
  } catch {
    return undefined;
  }
}

/** Says that it is in use: its stamp is of now. @throws {FileError} */
export function touch(path: string): void {
  const now = new Date();
  attempt('write', path, () => utimesSync(path, now, now));
}
