// SPDX-License-Identifier: GPL-2.0-only
/** The recordings of the repository, for tests that look at all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const directory = new URL('../../recordings/', import.meta.url);

export interface Recording {
  /** `linux-4.7/a_enable.trace` */
  readonly name: string;
  readonly path: string;
  readonly text: string;
}

export const recordings: readonly Recording[] = (readdirSync(directory, { recursive: true }) as string[])
  .filter((name) => name.endsWith('.trace'))
  .sort()
  .map((name) => {
    const path = fileURLToPath(new URL(name, directory));
    return { name, path, text: readFileSync(path, 'utf8') };
  });

/** Whether the port has all that a recording of this name calls: those of shadow gmaps need a built code. */
export const isOfPort = ({ name }: Pick<Recording, 'name'>): boolean => !name.startsWith('shadow-');

/** Those that the port can replay. */
export const portRecordings: readonly Recording[] = recordings.filter(isOfPort);

/** Those of Linux 4.7.4, in which everything can be seen: all events, and functions that kernels do not export. */
export const firstRecordings: readonly Recording[] = recordings.filter(
  ({ name, text }) => name.startsWith('linux-4.7/') && !text.includes('\n# events:'),
);

/** A trace of these lines, below its first line. */
export function traceText(...lines: readonly string[]): string {
  return ['# gmap-trace 1', ...lines, ''].join('\n');
}
