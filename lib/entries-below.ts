// SPDX-License-Identifier: GPL-2.0-only
import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface EntryBelow {
  readonly path: string;
  readonly entry: Dirent;
}

/** Everything in a folder and in the folders below it. Node before 20.12 has another name for where an entry is. */
export function entriesBelow(folder: string): EntryBelow[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.map((entry) => ({ entry, path: join(entry.parentPath ?? entry.path, entry.name) }));
}
