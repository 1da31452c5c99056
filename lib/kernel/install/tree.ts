// SPDX-License-Identifier: GPL-2.0-only
/** A build folder of a kernel that somebody built for s390. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LiveKernelError } from '../errors.js';

export interface Tree {
  readonly release: string;
  readonly image: string;
}

/** What can be booted, by the names of different versions. */
const IMAGES = ['arch/s390/boot/bzImage', 'arch/s390/boot/image', 'arch/s390/boot/compressed/vmlinux'];
/** What building a module needs of a tree. */
const NEEDED = ['Makefile', '.config', 'Module.symvers', 'include/generated/autoconf.h'];
/** What the module needs of the configuration. */
const OPTIONS = ['CONFIG_MODULES', 'CONFIG_PGSTE', 'CONFIG_BLK_DEV_INITRD'];

/**
 * Looks at the folder.
 *
 * @throws {LiveKernelError} if it is not a kernel for s390 that was built, with modules and guest page tables.
 */
export function openTree(folder: string): Tree {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) fail(folder, 'there is no such folder');
  const missing = NEEDED.filter((name) => !existsSync(join(folder, name)));
  if (missing.length > 0)
    fail(folder, `it has no ${missing.join(', ')}. Was the kernel built there, with its modules?`);
  const config = readFileSync(join(folder, '.config'), 'utf8');
  if (!/^CONFIG_S390=y$/m.test(config)) fail(folder, 'the kernel there is not configured for s390 (make ARCH=s390)');
  const off = OPTIONS.filter((option) => !new RegExp(`^${option}=y$`, 'm').test(config));
  if (off.length > 0) fail(folder, `its .config lacks ${off.join(', ')}; guests (CONFIG_KVM) select CONFIG_PGSTE`);
  const image = IMAGES.map((name) => join(folder, name)).find((file) => existsSync(file));
  if (image === undefined) return fail(folder, `it has none of ${IMAGES.join(', ')}. Build one: make bzImage`);
  return { image, release: readFileSync(join(folder, 'include/config/kernel.release'), 'utf8').trim() };
}

function fail(folder: string, problem: string): never {
  throw new LiveKernelError('ERR_FOLDER', `${folder} is no kernel that can be used: ${problem}`);
}
