// SPDX-License-Identifier: GPL-2.0-only
/** What is below a folder. */
import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from './file-error.js';

/** Something below a folder that is no file: it would be waited for, or has no end. */
export interface Skipped {
  /** Its path. */
  readonly path: string;
  /** `a FIFO`, `a link to nothing` */
  readonly what: string;
}

export interface FilesBelow {
  /** Regular files and links to them, sorted. */
  readonly files: readonly string[];
  readonly skipped: readonly Skipped[];
}

/**
 * The files below a folder whose names are wanted. Links to folders are not followed: they may lead round in circles.
 *
 * @throws {FileError} if a folder cannot be read.
 */
export function filesBelow(folder: string, isWanted: (name: string) => boolean = () => true): FilesBelow {
  const files: string[] = [];
  const skipped: Skipped[] = [];
  for (const { path, entry } of entriesBelow(folder)) {
    if (entry.isDirectory() || !isWanted(entry.name)) continue;
    const what = whatElse(path, entry);
    if (what === undefined) files.push(path);
    else skipped.push({ path, what });
  }
  return { files: files.sort(), skipped };
}

/**
 * Regular files below a folder, with their sizes in bytes: without links.
 *
 * @throws {FileError} if a folder cannot be read.
 */
export function sizesBelow(folder: string): ReadonlyMap<string, number> {
  const files = [...entriesBelow(folder)].filter(({ entry }) => entry.isFile());
  // Somebody may have removed it in between.
  return new Map(files.map(({ path }) => [path, statSync(path, { throwIfNoEntry: false })?.size ?? 0]));
}

/** Everything below a folder; folders come before what is in them. @internal */
export function* entriesBelow(folder: string): Generator<{ readonly path: string; readonly entry: Dirent }> {
  for (const entry of attempt('read', folder, () => readdirSync(folder, { withFileTypes: true }))) {
    const path = join(folder, entry.name);
    yield { path, entry };
    if (entry.isDirectory()) yield* entriesBelow(path);
  }
}

/** What it is instead of a file, or of a link to one. */
function whatElse(path: string, entry: Dirent): string | undefined {
  if (entry.isFile()) return undefined;
  if (!entry.isSymbolicLink()) return kindOf(entry);
  try {
    const status = statSync(path);
    return status.isFile() ? undefined : `a link to ${kindOf(status)}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'a link to nothing' : `a link that cannot be followed (${code})`;
  }
}

function kindOf(thing: Dirent | Stats): string {
  if (thing.isFIFO()) return 'a FIFO';
  if (thing.isSocket()) return 'a socket';
  return thing.isDirectory() ? 'a folder' : 'a device';
}
