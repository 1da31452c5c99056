// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel install NAME` and `kernel install --tree DIR`. */
import type { Command } from 'commander';
import { catalogue } from '../../kernel/install/catalogue.js';
import type { Installation } from '../../kernel/install/install.js';
import { isMirror, MIRROR } from '../../kernel/install/mirrors.js';
import { show } from '../../show.js';
import { visible } from '../../visible.js';
import { CliError } from '../errors.js';
import { EndingSignals, untilStopped } from '../signals.js';
import { withSteps } from './progress.js';

interface Options {
  readonly tree?: string;
  readonly name?: string;
  readonly mirror?: string;
}

export function registerKernelInstall(kernel: Command): void {
  const names = catalogue.map((entry) => entry.name);
  kernel
    .command('install')
    .description('download a real kernel from Debian, or take one that you built, and build the module for it')
    .argument('[name]', names.join(', '))
    .option('--tree <dir>', 'the build folder of a kernel for s390, of any version since 4.7')
    .option('--name <name>', 'what the kernel of that folder is to be called; default: its version')
    .option('--mirror <uri>', 'a Debian mirror, in place of those that apt is configured for')
    .addHelpText('after', helpText())
    .action(install);
}

function helpText(): string {
  return `
Needs no root. Downloads come from the Debian mirror that this machine's apt uses, are checked against Debian's keys,
and are kept: an installation that was interrupted goes on where it was. Everything is below $S390_GMAP_CACHE, or
s390-gmap in $XDG_CACHE_HOME or ~/.cache.`;
}

async function install(name: string | undefined, options: Options): Promise<void> {
  using signals = new EndingSignals();
  const { kernel, alreadyThere } = await untilStopped(installWhat(name, options), signals.signal);
  const where = `${kernel.release}, from ${visible(kernel.from)}, in ${visible(kernel.folder)}`;
  console.log(`${kernel.name} ${alreadyThere ? 'is already installed' : 'is installed'}: ${where}`);
}

async function installWhat(name: string | undefined, { tree, name: called, mirror }: Options): Promise<Installation> {
  if ((name === undefined) === (tree === undefined)) {
    throw new CliError('which kernel? Either a name, as in "kernel install 6.1", or --tree DIR');
  }
  if (called !== undefined && tree === undefined) throw new CliError('--name is for a kernel from --tree');
  if (mirror !== undefined && tree !== undefined) throw new CliError('--mirror is not for a kernel from --tree');
  if (mirror !== undefined && !isMirror(mirror)) throw new CliError(`--mirror must be ${MIRROR}, not ${show(mirror)}`);
  const { installKernel, installTree } = await import('../../kernel/install/install.js');
  return await withSteps((onProgress) =>
    tree === undefined
      ? installKernel(name ?? '', { onProgress, ...(mirror !== undefined && { mirror }) })
      : installTree(tree, { onProgress, ...(called !== undefined && { name: called }) }),
  );
}
