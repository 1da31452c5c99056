// SPDX-License-Identifier: GPL-2.0-only
/** The places of files in messages, and what went into a preprocessed text. */
import { relative } from 'node:path';
import { packageRoot } from '../../package-root.js';
import type { SourceTree } from './tree.js';

/** A file as people know it: below their tree, or below this package. */
export function placeOf(file: string, { folder, place }: Pick<SourceTree, 'folder' | 'place'>): string {
  const below = [folder, place, packageRoot]
    .map((base) => relative(base, file))
    .find((path) => !/^(?:\.\.|\/)/.test(path));
  return below ?? file;
}

/** The files that a preprocessed text was read from, from its line markers: `# 12 "path" 1`. */
export function filesRead(preprocessed: string): Set<string> {
  const files = new Set<string>();
  for (const [, path = ''] of preprocessed.matchAll(/^# [0-9]+ "([^"\n]*)"/gm)) {
    if (path.startsWith('/')) files.add(path);
  }
  return files;
}
