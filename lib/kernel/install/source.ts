// SPDX-License-Identifier: GPL-2.0-only
/** Cross-builds a kernel from Debian's source package, with no more than the module needs. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { filesBelow } from '../../files/below.js';
import { isFolder, makeFolder, namesIn } from '../../files/folders.js';
import { remove, writeFile } from '../../files/write.js';
import { CommandError, run } from '../command.js';
import { LiveKernelError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import { neededOptions } from './config.js';
import { assignments, makeVariables } from './harness.js';
import { openTree, type Tree } from './tree.js';

/**
 * On top of a configuration with nothing, and of what the guest needs: guests, what programs and the C library use, what
 * those options depend on, and kprobes, by which functions are found that are not exported.
 */
const OPTIONS = [
  ...neededOptions.map(({ name }) => name),
  ...['VIRTUALIZATION', 'KVM', 'EVENTFD', 'SMP', 'MARCH_Z10', 'TRANSPARENT_HUGEPAGE', 'VIRTIO_MENU'],
  ...['TTY', 'UNIX98_PTYS', 'SCLP_TTY', 'SCLP_CONSOLE', 'HVC_DRIVER'],
  ...['BLOCK', 'BLK_DEV', 'ZSMALLOC', 'CRYPTO', 'CRYPTO_LZO', 'CRYPTO_LZ4'],
  ...['MODULE_UNLOAD', 'KALLSYMS', 'KPROBES', 'PRINTK', 'BUG'],
  ...['MULTIUSER', 'FUTEX', 'EPOLL', 'POSIX_TIMERS', 'HIGH_RES_TIMERS', 'SYSCTL', 'SYSFS_SYSCALL'],
  ...['BINFMT_SCRIPT', 'TMPFS', 'DEVTMPFS', 'CC_OPTIMIZE_FOR_PERFORMANCE', 'KERNEL_UNCOMPRESSED'],
];

/** So that each function of gmap.c is there to be called, also a static one that the compiler would put into its callers. */
const GMAP_FLAGS = 'CFLAGS_gmap.o=-fno-inline -fno-ipa-sra -fno-ipa-cp -fno-partial-inlining';

/** Folders of the source that modules are built with; all others are not needed any more. */
const KEPT = new Set(['arch', 'include', 'scripts']);
/** What is left of a build that a module does not need. */
const LEFTOVERS = /\.(?:o|a|cmd|mod|mod\.c|tmp)$/;

/** Builds the kernel in a folder below `root`. Answers what an installation has to know of it. */
export async function buildFromSource(
  name: string,
  packages: readonly string[],
  root: string,
  onProgress: OnProgress,
): Promise<Tree & { readonly build: string }> {
  const tree = await unpackSource(name, packages, root, onProgress);
  const build = join(root, 'build');
  makeFolder(build);
  onProgress({ step: 'configure the kernel' });
  const fragment = join(root, 'options');
  writeFile(fragment, OPTIONS.map((option) => `CONFIG_${option}=y\n`).join(''));
  const make = (...args: string[]) =>
    compile('make', ['-C', tree, `O=${build}`, ...assignments(makeVariables), ...args], onProgress);
  await make(`KCONFIG_ALLCONFIG=${fragment}`, 'allnoconfig');
  await make(`-j${availableParallelism()}`, GMAP_FLAGS, 'bzImage', 'modules');
  onProgress({ step: 'remove what modules are not built with' });
  removeLeftovers(build);
  removeFolders(tree, KEPT);
  removeFolders(join(tree, 'arch'), new Set(['s390']));
  return { ...openTree(build), build };
}

async function unpackSource(
  name: string,
  packages: readonly string[],
  root: string,
  onProgress: OnProgress,
): Promise<string> {
  makeFolder(root);
  onProgress({ step: 'unpack the source' });
  for (const file of packages) await run('dpkg-deb', ['-x', file, root]);
  const archive = join(root, 'usr/src', `linux-source-${name}.tar.xz`);
  await run('tar', ['-x', '-C', root, '-f', archive]);
  remove(archive);
  return join(root, `linux-source-${name}`);
}

async function compile(command: string, args: readonly string[], onProgress: OnProgress): Promise<void> {
  let files = 0;
  try {
    await run(command, args, {
      onLine: (line) => {
        // How many there will be depends on the version; so does what make prints of each.
        if (/^ {2}[A-Z]/.test(line)) onProgress({ step: `build the kernel: ${++files} files` });
      },
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new LiveKernelError('ERR_BUILD', `building the kernel failed: ${error.message}\n${error.lastLines(25)}`, {
      cause: error,
    });
  }
}

function removeLeftovers(folder: string): void {
  const { files } = filesBelow(folder, (name) => LEFTOVERS.test(name));
  // modpost and the programs in scripts/ stay: modules are built with them.
  for (const path of files) if (!/\/scripts\//.test(path)) remove(path);
}

function removeFolders(folder: string, kept: ReadonlySet<string>): void {
  for (const name of namesIn(folder)) {
    const path = join(folder, name);
    if (!kept.has(name) && isFolder(path)) remove(path);
  }
}
