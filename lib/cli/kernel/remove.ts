// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel remove NAME`. */
import type { Command } from 'commander';
import { installedKernels, removeKernel } from '../../kernel/cache.js';
import { builtKernels, removeCode } from '../../own-code/cache.js';
import { visible } from '../../visible.js';
import { CliError } from '../errors.js';
import { type KernelKind, kernelEntries, kindOf } from './entries.js';

interface Options {
  readonly live?: string;
  readonly code?: string;
}

export function registerKernelRemove(kernel: Command): void {
  kernel
    .command('remove')
    .description('remove an installed kernel, or a built code; what was downloaded for a kernel is kept')
    .argument('[name]', 'as in the list')
    .option('--live <name>', 'a booted kernel')
    .option('--code <name>', 'a built code')
    .action(remove);
}

function remove(name: string | undefined, { live, code }: Options): void {
  const [wanted, ...others] = [name, live, code].filter((given) => given !== undefined);
  if (wanted === undefined) throw new CliError("missing required argument 'name', or --live NAME, or --code NAME");
  if (others.length > 0) throw new CliError('one kernel at a time: either a name, or --live NAME, or --code NAME');
  if (kindWanted(name, code) === 'built') {
    if (!removeCode(wanted))
      throw new CliError(`there is no built code ${visible(wanted)}${listed('built', builtKernels())}`);
  } else if (!removeKernel(wanted)) {
    throw new CliError(`the kernel ${visible(wanted)} is not installed${listed('installed', installedKernels())}`);
  }
}

function listed(what: string, kernels: readonly { readonly name: string }[]): string {
  return kernels.length > 0 ? `; ${what}: ${kernels.map(({ name }) => name).join(', ')}` : '';
}

/** Where nothing has the name it is a booted kernel's: one that was not installed to the end can be removed too. */
function kindWanted(name: string | undefined, code: string | undefined): KernelKind {
  if (name !== undefined) return kindOf(name, kernelEntries()) ?? 'booted';
  return code === undefined ? 'booted' : 'built';
}
