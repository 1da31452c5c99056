// SPDX-License-Identifier: GPL-2.0-only
/** Cross-builds a kernel from Debian's source package, with no more than the module needs. */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { CommandError, run } from '../command.js';
import { LiveKernelError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import { assignments, makeVariables } from './harness.js';
import { openTree, type Tree } from './tree.js';

/**
 * On top of a configuration with nothing: guests and their page tables, modules, the devices that the guest is reached
 * by, and swap in memory.
 */
const OPTIONS = [
  ...['MODULES', 'MODULE_UNLOAD', 'MULTIUSER', 'PRINTK', 'BUG', 'FUTEX', 'EPOLL', 'SYSFS_SYSCALL', 'SYSCTL'],
  ...['BINFMT_ELF', 'BINFMT_SCRIPT', 'BLK_DEV_INITRD', 'RD_GZIP', 'PROC_FS', 'PROC_SYSCTL', 'SYSFS', 'TMPFS', 'SHMEM'],
  ...[
    'DEVTMPFS',
    'BLOCK',
    'BLK_DEV',
    'SWAP',
    'ZSMALLOC',
    'ZRAM',
    'CRYPTO',
    'CRYPTO_LZO',
    'CRYPTO_LZ4',
    'ADVISE_SYSCALLS',
  ],
  ...[
    'VIRTUALIZATION',
    'KVM',
    'EVENTFD',
    'S390_GUEST',
    'MARCH_Z10',
    'SMP',
    'CCW',
    'VIRTIO_MENU',
    'TTY',
    'VIRTIO_CONSOLE',
  ],
  ...['SCLP_TTY', 'SCLP_CONSOLE', 'SCLP_VT220_TTY', 'HVC_DRIVER', 'KALLSYMS', 'POSIX_TIMERS'],
  ...['CC_OPTIMIZE_FOR_PERFORMANCE', 'KERNEL_UNCOMPRESSED', 'UNIX98_PTYS', 'HIGH_RES_TIMERS', 'TRANSPARENT_HUGEPAGE'],
];

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
  mkdirSync(build, { recursive: true });
  onProgress({ step: 'configure the kernel' });
  const fragment = join(root, 'options');
  writeFileSync(fragment, OPTIONS.map((option) => `CONFIG_${option}=y\n`).join(''));
  const make = (...args: string[]) =>
    compile('make', ['-C', tree, `O=${build}`, ...assignments(makeVariables), ...args], onProgress);
  await make(`KCONFIG_ALLCONFIG=${fragment}`, 'allnoconfig');
  await make(`-j${availableParallelism()}`, 'bzImage', 'modules');
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
  mkdirSync(root, { recursive: true });
  onProgress({ step: 'unpack the source' });
  for (const file of packages) await run('dpkg-deb', ['-x', file, root]);
  const archive = join(root, 'usr/src', `linux-source-${name}.tar.xz`);
  await run('tar', ['-x', '-C', root, '-f', archive]);
  rmSync(archive);
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
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !LEFTOVERS.test(entry.name)) continue;
    // modpost and the programs in scripts/ stay: modules are built with them.
    if (!/\/scripts(?:\/|$)/.test(entry.parentPath)) rmSync(join(entry.parentPath, entry.name));
  }
}

function removeFolders(folder: string, kept: ReadonlySet<string>): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory() && !kept.has(entry.name)) rmSync(join(folder, entry.name), { recursive: true });
  }
}
