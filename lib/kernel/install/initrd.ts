// SPDX-License-Identifier: GPL-2.0-only
/** Packs the initial RAM disk. */
import { basename, join, relative } from 'node:path';
import { gzipSync, constants as zlib } from 'node:zlib';
import { entriesBelow } from '../../files/below.js';
import { readBytes } from '../../files/read.js';
import { copyFile, remove, writeFile } from '../../files/write.js';
import { run } from '../command.js';

/**
 * Makes a compressed archive of a folder's content and the modules, which are named in the file /modules in the order
 * of loading. init makes the folders that it needs.
 */
export async function packInitrd(root: string, modules: readonly string[], archive: string): Promise<string> {
  const names: string[] = [];
  for (const module of modules) names.push(await addModule(root, module));
  writeFile(join(root, 'modules'), names.map((name) => `${name}\n`).join(''));
  const packed = `${archive}.cpio`;
  await run('cpio', ['-o', '--quiet', '-H', 'newc', '-R', '0:0', '-O', packed], { cwd: root, input: listing(root) });
  writeFile(archive, gzipSync(readBytes(packed), { level: zlib.Z_BEST_SPEED }));
  remove(packed);
  return archive;
}

async function addModule(root: string, module: string): Promise<string> {
  const name = basename(module).replace(/\.xz$/, '');
  const file = join(root, name);
  if (!module.endsWith('.xz')) copyFile(module, file);
  else await run('sh', ['-c', 'xz -dc "$1" > "$2"', 'sh', module, file]);
  return name;
}

function listing(root: string): string {
  const names = [...entriesBelow(root)].map(({ path }) => relative(root, path));
  return ['.', ...names.sort()].map((name) => `${name}\n`).join('');
}
