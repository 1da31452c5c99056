// SPDX-License-Identifier: GPL-2.0-only
/** Whether a built code still is what its sources say. */
import { createHash } from 'node:crypto';
import { exists } from '../files/folders.js';
import { packageVersion } from '../files/package-version.js';
import { readBytes } from '../files/read.js';
import { visible } from '../visible.js';
import type { BuiltCode } from './manifest.js';

/** What a code is built for here. */
export function systemHere(): string {
  return `${process.platform}-${process.arch}`;
}

/** As a manifest has it. @throws {FileError} */
export function hashOfFile(path: string): string {
  return createHash('sha256').update(readBytes(path)).digest('hex');
}

/** Why a code must be built again before it is used; nothing if it need not. */
export function whyStale(code: BuiltCode): string | undefined {
  const version = packageVersion();
  if (code.package !== version)
    return `it was built by version ${code.package} of this package, and this is ${version}`;
  if (code.system !== systemHere()) return `it was built for ${code.system}, and this is ${systemHere()}`;
  if (!exists(code.addon)) return `its addon is not there: ${visible(code.addon)}`;
  const changed = Object.entries(code.inputs).find(([path, hash]) => !isUnchanged(path, hash));
  return changed && `${visible(changed[0])} is another one now`;
}

function isUnchanged(path: string, hash: string): boolean {
  try {
    return hashOfFile(path) === hash;
  } catch {
    return false;
  }
}
