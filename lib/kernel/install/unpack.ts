// SPDX-License-Identifier: GPL-2.0-only
/** Unpacks a kernel's Debian packages: what is needed of them, and so that modules can be built from there. */
import { join } from 'node:path';
import { exists, makeFolder, realPath } from '../../files/folders.js';
import { readText } from '../../files/read.js';
import { writeFile } from '../../files/write.js';
import { run, runPiped } from '../command.js';
import { LiveKernelError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import type { Found } from './debian.js';

/** Where the parts of an unpacked kernel are. */
export interface UnpackedKernel {
  readonly image: string;
  /** The folder of headers that modules are built against. */
  readonly headers: string;
}

export async function unpackKernel(
  { release }: Found,
  files: readonly string[],
  root: string,
  onProgress: OnProgress,
): Promise<UnpackedKernel> {
  makeFolder(root);
  for (const [i, file] of files.entries()) {
    onProgress({ step: 'unpack the packages', fraction: i / files.length });
    if (/\/linux-image-/.test(file)) await unpackImage(file, root);
    else await run('dpkg-deb', ['-x', file, root]);
  }
  const headers = join(root, 'usr/src', `linux-headers-${release}`);
  makeRelocated(join(headers, 'Makefile'), root);
  const image = join(root, 'boot', `vmlinuz-${release}`);
  if (!exists(image)) throw new LiveKernelError('ERR_DOWNLOAD', `the package of Linux ${release} has no kernel in it`);
  return { image, headers };
}

/** Most of an image's package are modules for hardware, networks and file systems. */
const NOT_NEEDED = ['*/kernel/arch', '*/kernel/fs', '*/kernel/net', '*/kernel/drivers/[!bc]*', '*/System.map-*'];

async function unpackImage(file: string, root: string): Promise<void> {
  const without = NOT_NEEDED.map((pattern) => `--exclude=${pattern}`);
  await runPiped([
    ['dpkg-deb', '--fsys-tarfile', file],
    ['tar', '-x', '-C', root, ...without],
  ]);
}

/** The headers' makefile includes another one by its absolute path. */
function makeRelocated(makefile: string, root: string): void {
  const text = readText(makefile);
  writeFile(makefile, text.replaceAll(/ \/usr\/src\//g, ` ${realPath(root)}/usr/src/`));
}
