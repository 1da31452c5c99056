// SPDX-License-Identifier: GPL-2.0-only
/** Which sources of this package a built code has beside the tree's, and what each of them includes. */
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { exists } from '../../files/folders.js';
import { packageFile } from '../../files/package-file.js';
import { readText } from '../../files/read.js';
import { requireFrom } from '../../files/require-from.js';
import { LAYOUT_H } from './compile-tree.js';

/** Lists of sources: a path from the package's folder on in each line. */
const MACHINE = ['sources.txt', 'own-code/sources.txt', 'fuzz/sources.txt'];
const ADDON = 'addon/sources.txt';

/** What the tree's code stands in place of. */
const REPLACED = ['gmap/gmap', 'gmap/gmap_mm', 'gmap/gmap_notify', 'gmap/pgtable', 'gmap/guest_page', 'mm/tlb'].map(
  (name) => `native/core/linux/${name}.c`,
);

function listed(name: string): string[] {
  const paths = readText(packageFile(`native/${name}`)).split('\n');
  return paths.filter((path) => path !== '' && !REPLACED.includes(path)).map(packageFile);
}

/** Those of an addon; absolute paths. Those that take longest to compile come first. */
export function addonSources(): string[] {
  const isCxx = (path: string) => Number(path.endsWith('.cc'));
  return [...MACHINE, ADDON].flatMap(listed).sort((a, b) => isCxx(b) - isCxx(a));
}

/** Those without Node. */
export function machineSources(): string[] {
  return MACHINE.flatMap(listed);
}

const INCLUDE = /^[ \t]*#[ \t]*include[ \t]+"([^"\n]+)"/gm;

/** Knows what files say, and what they include: each is read once. */
export class Includes {
  readonly #layout: string;
  readonly #read = new Map<string, { readonly hash: string; readonly includes: readonly string[] }>();

  /** `layout`: the header of a tree's structures. */
  constructor(layout: string) {
    this.#layout = layout;
  }

  /** The file, and all that it includes by whatever way, in the order of their paths. Conditions are not looked at. */
  closure(file: string): string[] {
    const found = new Set([file]);
    for (const path of found) for (const included of this.#look(path).includes) found.add(included);
    return [...found].sort();
  }

  hash(file: string): string {
    return this.#look(file).hash;
  }

  #look(file: string): { readonly hash: string; readonly includes: readonly string[] } {
    const known = this.#read.get(file);
    if (known) return known;
    const text = readText(file);
    const named = [...text.matchAll(INCLUDE)].map(([, path = '']) => this.#find(path, file));
    const look = {
      hash: createHash('sha256').update(text).digest('hex'),
      includes: named.filter((path) => path !== undefined),
    };
    this.#read.set(file, look);
    return look;
  }

  #find(path: string, from: string): string | undefined {
    if (path === LAYOUT_H) return this.#layout;
    return [packageFile('native'), dirname(from)].map((folder) => join(folder, path)).find(exists);
  }
}

/** Headers that are not this package's: of Node-API, and for it in C++. */
export interface NodeHeaders {
  readonly folders: readonly string[];
  /** Which versions they are. */
  readonly versions: string;
}

export function nodeHeaders(): NodeHeaders {
  const require = requireFrom(packageFile('package.json'));
  const names = ['node-api-headers', 'node-addon-api'];
  const packages = names.map((name) => require.resolve(`${name}/package.json`));
  const version = (file: string) => (JSON.parse(readText(file)) as { version: string }).version;
  const [api = '', cxx = ''] = packages.map((file) => dirname(file));
  return { folders: [join(api, 'include'), cxx], versions: packages.map(version).join(' ') };
}
