// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel remove NAME`. */
import type { Command } from 'commander';
import { installedKernels, removeKernel } from '../../kernel/index.js';
import { CliError } from '../errors.js';
import { liveKernelProblems } from './errors.js';

export function registerKernelRemove(kernel: Command): void {
  kernel
    .command('remove')
    .description('remove an installed kernel; what was downloaded for it is kept')
    .argument('<name>', 'as in the list')
    .action(remove);
}

async function remove(name: string): Promise<void> {
  const removed = await liveKernelProblems(async () => removeKernel(name));
  if (removed) return;
  const names = installedKernels().map((kernel) => kernel.name);
  throw new CliError(
    `the kernel ${name} is not installed${names.length > 0 ? `; installed: ${names.join(', ')}` : ''}`,
  );
}
