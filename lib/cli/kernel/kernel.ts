// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel …`: real kernels, and codes of trees. A subcommand is a file beside this one. */
import type { Command } from 'commander';
import { registerKernelBuild } from './build.js';
import { registerKernelInstall } from './install.js';
import { registerKernelList } from './list.js';
import { registerKernelRecord } from './record.js';
import { registerKernelRemove } from './remove.js';

export function registerKernel(program: Command): void {
  const kernel = program
    .command('kernel')
    .description("install real s390 kernels, record what they do under QEMU, and build a tree's own code");
  const all = [
    registerKernelInstall,
    registerKernelBuild,
    registerKernelList,
    registerKernelRemove,
    registerKernelRecord,
  ];
  for (const register of all) register(kernel);
}
