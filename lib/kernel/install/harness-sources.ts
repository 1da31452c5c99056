// SPDX-License-Identifier: GPL-2.0-only
/** The C sources of what runs inside of the guest: where this package has them, and how they stand when they are built. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { makeFolder, namesIn } from '../../files/folders.js';
import { packageFile } from '../../files/package-file.js';
import { readBytes } from '../../files/read.js';
import { copyFile } from '../../files/write.js';
import { allQuestions, sourceOf } from './types-source.js';

/** What is built: the module, or the programs. */
export type HarnessPart = 'module' | 'init';

const PARTS: readonly HarnessPart[] = ['module', 'init'];

/** Folders of this package, and where their files stand in the folder in which a part is built. */
function foldersOf(part: HarnessPart): Readonly<Record<string, string>> {
  return { kernel: '.', 'native/abi': 'abi', [`kernel/${part}`]: '.' };
}

/** Copies all that a part is built of into a folder, and answers that. */
export function copySources(part: HarnessPart, to: string): string {
  for (const [folder, below] of Object.entries(foldersOf(part))) {
    const from = packageFile(folder);
    makeFolder(join(to, below));
    for (const name of sourcesIn(from)) copyFile(join(from, name), join(to, below, name));
  }
  return to;
}

/**
 * Which version of the sources this is, and of what is asked of a kernel's types: kernels with another one in their initial RAM disk get it
 * anew.
 */
export function harnessVersion(): string {
  const hash = createHash('sha256').update(sourceOf(allQuestions()));
  for (const folder of new Set(PARTS.flatMap((part) => Object.keys(foldersOf(part))))) {
    const from = packageFile(folder);
    for (const name of sourcesIn(from)) {
      hash.update(`${folder}/${name}\n`).update(readBytes(join(from, name)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** The files of a folder from which something is built, in the order of their names. */
export function sourcesIn(folder: string): string[] {
  return namesIn(folder).filter((name) => /\.(?:[chS]|def)$|^Kbuild$/.test(name));
}
