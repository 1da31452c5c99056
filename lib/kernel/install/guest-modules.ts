// SPDX-License-Identifier: GPL-2.0-only
/** Modules of the kernel's own that the guest needs, where they are not built in, and those that they need. */
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { filesBelow } from '../../files/below.js';
import { exists } from '../../files/folders.js';
import { readBytes } from '../../files/read.js';

/** The port that the guest is reached by, and a swap device in memory. */
const WANTED = ['virtio_console', 'zram'];

/** Where they are in a tree. */
const TREE_FOLDERS = ['drivers/char', 'drivers/block/zram', 'mm', 'lib', 'crypto'];
/** Where they are in packages, before and after the merge of /usr. */
const PACKAGE_FOLDERS = ['root/lib/modules', 'root/usr/lib/modules'];

/** The files of those modules that a kernel has, in an order in which they can be loaded. */
export function findModules({ folder, build }: { folder: string; build: string }): string[] {
  const places = [...TREE_FOLDERS.map((sub) => join(build, sub)), ...PACKAGE_FOLDERS.map((sub) => join(folder, sub))];
  const files = new Map<string, string>();
  for (const file of places.filter(exists).flatMap((place) => filesBelow(place, isModule).files)) {
    const [, name] = /^(.*)\.ko(?:\.xz)?$/.exec(basename(file)) ?? [];
    if (name !== undefined) files.set(name.replaceAll('-', '_'), file);
  }
  const order = new Set<string>();
  for (const name of WANTED) addWithNeeded(name, files, order);
  return [...order];
}

const isModule = (name: string) => /\.ko(?:\.xz)?$/.test(name);

/** What has no file is built in, or there is no such thing in that version. */
function addWithNeeded(name: string, files: ReadonlyMap<string, string>, order: Set<string>): void {
  const file = files.get(name);
  if (file === undefined || order.has(file)) return;
  for (const needed of neededBy(file)) addWithNeeded(needed, files, order);
  order.add(file);
}

/** A module's information is text in it: `depends=zsmalloc,lz4_compress`. */
function neededBy(file: string): string[] {
  const content = file.endsWith('.xz') ? spawnSync('xz', ['-dc', file]).stdout : readBytes(file);
  const [, names = ''] = /\0depends=([^\0]*)\0/.exec(content.toString('latin1')) ?? [];
  return names.split(',').map((name) => name.replaceAll('-', '_'));
}
