// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel …`: real kernels. A subcommand is a file beside this one. */
import type { Command } from 'commander';
import { registerKernelInstall } from './install.js';
import { registerKernelList } from './list.js';
import { registerKernelRecord } from './record.js';
import { registerKernelRemove } from './remove.js';

export function registerKernel(program: Command): void {
  const kernel = program.command('kernel').description('install real s390 kernels, and record what they do under QEMU');
  for (const register of [registerKernelInstall, registerKernelList, registerKernelRemove, registerKernelRecord]) {
    register(kernel);
  }
}
