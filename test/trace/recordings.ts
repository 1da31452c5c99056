// SPDX-License-Identifier: GPL-2.0-only
/** The recordings of the repository, for tests that look at all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = new URL('../../recordings/linux-4.7/', import.meta.url);

export interface Recording {
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

export const recordings: readonly Recording[] = readdirSync(directory)
  .filter((name) => name.endsWith('.trace'))
  .sort()
  .map((name) => {
    const path = fileURLToPath(new URL(name, directory));
    return { name, path, text: readFileSync(path, 'utf8') };
  });

/** A trace of these lines, below its first line. */
export function traceText(...lines: readonly string[]): string {
  return ['# gmap-trace 1', ...lines, ''].join('\n');
}
