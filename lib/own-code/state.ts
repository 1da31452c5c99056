// SPDX-License-Identifier: GPL-2.0-only
/** Whether a built code still is what its sources say. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join, relative, resolve } from 'node:path';
import { exists } from '../files/folders.js';
import { packageVersion } from '../files/package-version.js';
import { readBytes } from '../files/read.js';
import { stampOf } from '../files/stamps.js';
import { packageRoot } from '../package-root.js';
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

/** Times of files can be as coarse as this: who writes one twice within it may leave the same time. */
const COARSE = 2000;

/**
 * A file as a manifest has it. `since`: when it was read, in milliseconds since 1970; what was written about then is looked
 * into each time.
 *
 * @throws {FileError}
 */
export function inputOf(path: string, since: number): string {
  const stamp = stampOf(path);
  const hash = hashOfFile(path);
  return stamp && stamp.changed < since - COARSE ? `${hash} ${textOfStamp(path)}` : hash;
}

/** Size and time; empty for what is not there. */
export function textOfStamp(path: string): string {
  const stamp = stampOf(path);
  return stamp ? `${stamp.bytes} ${stamp.changed}` : '';
}

const OUR_FILES = join(packageRoot, 'native');

/** A file as a manifest names it: one of this package by where it is there, since several copies of the package may use one cache. */
export function nameOfFile(path: string): string {
  return path.startsWith(`${OUR_FILES}/`) ? relative(packageRoot, path) : path;
}

/** Where a file is that a manifest names. */
export function placeOfFile(name: string): string {
  return resolve(packageRoot, name);
}

/** Why a code must be built again before it is used; nothing if it need not. */
export function whyStale(code: BuiltCode): string | undefined {
  const version = packageVersion();
  if (code.package !== version)
    return `it was built by version ${code.package} of this package, and this is ${version}`;
  if (code.system !== systemHere()) return `it was built for ${code.system}, and this is ${systemHere()}`;
  if (!exists(code.addon)) return `its addon is not there: ${visible(code.addon)}`;
  if (!isCompilerUnchanged(code)) return `its compiler ${visible(code.program)} is another one now`;
  const changed = Object.entries(code.inputs).find(([name, input]) => !isUnchanged(placeOfFile(name), input));
  return changed && `${visible(placeOfFile(changed[0]))} is another one now`;
}

/** One that was removed leaves the code as it is. */
function isCompilerUnchanged({ program, programStamp, compiler }: BuiltCode): boolean {
  const stamp = textOfStamp(program);
  if (stamp === '' || stamp === programStamp) return true;
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return versionLine(stdout ?? '') === compiler;
}

/** What a compiler calls itself, from what it says of its version. */
export function versionLine(said: string): string {
  return said.split('\n')[0]?.trim() ?? '';
}

/** A look at the stamp is enough where it is the same. */
function isUnchanged(path: string, input: string): boolean {
  const [hash, ...stamp] = input.split(' ');
  if (stamp.length > 0 && stamp.join(' ') === textOfStamp(path)) return true;
  try {
    return hashOfFile(path) === hash;
  } catch {
    return false;
  }
}
