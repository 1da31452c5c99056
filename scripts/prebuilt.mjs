// SPDX-License-Identifier: GPL-2.0-only
// Which prebuilds are there, and of which sources: an old one must not get into a package.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { targets } from './targets.mjs';

const FOLDER = 'native/prebuilds';
const NOTES = join(FOLDER, 'sources.json');
/** Of native/: what no addon is made of. */
const OTHERS = /^prebuilds\/|^addon\/build\/|\/(test|mutants)\//;

/** Where a target's prebuild is in the package in `directory`. */
export function prebuildOf(directory, { platform, arch, libc }) {
  return join(directory, FOLDER, `${platform}-${arch}`, `s390-gmap${libc ? `.${libc}` : ''}.node`);
}

function hashOfSources(directory) {
  const hash = createHash('sha256');
  const native = join(directory, 'native');
  const files = readdirSync(native, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(native.length + 1))
    .filter((path) => !OTHERS.test(path))
    .sort();
  for (const path of files)
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(native, path)))
      .update('\0');
  return hash.digest('hex');
}

function readNotes(directory) {
  const path = join(directory, NOTES);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}

/** Notes that the target's prebuild is of the sources as they are. */
export function noteSources(directory, name) {
  const notes = { ...readNotes(directory), [name]: hashOfSources(directory) };
  writeFileSync(join(directory, NOTES), `${JSON.stringify(notes, null, 2)}\n`);
}

/** The names of the targets that have no prebuild of the sources as they are. */
export function missingPrebuilds(directory) {
  const [notes, now] = [readNotes(directory), hashOfSources(directory)];
  return Object.keys(targets).filter(
    (name) => notes[name] !== now || !existsSync(prebuildOf(directory, targets[name])),
  );
}
