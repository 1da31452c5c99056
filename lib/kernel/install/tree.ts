// SPDX-License-Identifier: GPL-2.0-only
/** A build folder of a kernel that somebody built for s390. */
import { join } from 'node:path';
import { exists, isFolder } from '../../files/folders.js';
import { readText } from '../../files/read.js';
import { largest } from '../../largest.js';
import { visible } from '../../visible.js';
import { LiveKernelError } from '../errors.js';
import { type ConfigOption, judgeConfig } from './config.js';

export interface Tree {
  readonly release: string;
  readonly image: string;
}

/** What can be booted, by the names of different versions. */
const IMAGES = ['arch/s390/boot/bzImage', 'arch/s390/boot/image', 'arch/s390/boot/compressed/vmlinux'];
/** What building a module needs of a tree. */
const NEEDED = ['Makefile', '.config', 'Module.symvers', 'include/generated/autoconf.h'];
/** How its source is told to be built anew. */
const MAKE = 'make ARCH=s390 CROSS_COMPILE=s390x-linux-gnu-';

/**
 * Looks at the folder.
 *
 * @throws {LiveKernelError} if it is not a kernel for s390 that was built, with what the guest needs; each option
 * that is missing is named.
 */
export function openTree(folder: string): Tree {
  if (!isFolder(folder)) fail(folder, 'there is no such folder');
  const missing = NEEDED.filter((name) => !exists(join(folder, name)));
  if (missing.length > 0)
    fail(folder, `it has no ${missing.join(', ')}. Was the kernel built there, with its modules?`);
  const config = readText(join(folder, '.config'));
  if (!/^CONFIG_S390=y$/m.test(config)) fail(folder, 'the kernel there is not configured for s390 (make ARCH=s390)');
  checkConfig(folder, config);
  const image = IMAGES.map((name) => join(folder, name)).find(exists);
  if (image === undefined) return fail(folder, `it has none of ${IMAGES.join(', ')}. Build one: make bzImage`);
  return { image, release: readText(join(folder, 'include/config/kernel.release')).trim() };
}

function checkConfig(folder: string, config: string): void {
  const { missing, forbidden, modules } = judgeConfig(config);
  if (missing.length + forbidden.length > 0) fail(folder, configProblem(join(folder, '.config'), missing, forbidden));
  const notBuilt = modules.filter(({ module = '' }) => !exists(join(folder, module)));
  const files = notBuilt.map(({ name, module }) => `${module} (CONFIG_${name}=m)`).join(', ');
  if (notBuilt.length > 0) fail(folder, `it has no ${files}. Build its modules: ${MAKE} modules`);
}

/** Each option, and how to get them right. */
function configProblem(file: string, missing: readonly ConfigOption[], forbidden: readonly ConfigOption[]): string {
  const rows = [
    ...missing.map(({ name, module, why }) => [`CONFIG_${name}=y${module ? ' or m' : ''}`, why] as const),
    ...forbidden.map(({ name, why }) => [`CONFIG_${name} off`, why] as const),
  ];
  const width = largest(rows.map(([option]) => option.length));
  const switches = [...missing.map(({ name }) => `-e ${name}`), ...forbidden.map(({ name }) => `-d ${name}`)].join(' ');
  return [
    'its configuration is not what the guest needs:',
    ...rows.map(([option, why]) => `  ${option.padEnd(width)}  ${why}`),
    "In the kernel's source, with O= where it is built elsewhere:",
    `  scripts/config --file ${visible(file)} ${switches}`,
    `  ${MAKE} olddefconfig bzImage modules`,
    'An option that is off again after that depends on another one: look for it in make menuconfig.',
  ].join('\n');
}

function fail(folder: string, problem: string): never {
  throw new LiveKernelError('ERR_FOLDER', `${visible(folder)} is no kernel that can be used: ${problem}`);
}
