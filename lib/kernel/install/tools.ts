// SPDX-License-Identifier: GPL-2.0-only
/** The programs and files that are needed, and the Debian packages that have them. */
import { delimiter, join } from 'node:path';
import { exists, isProgram } from '../../files/folders.js';
import { largest } from '../../largest.js';
import { LiveKernelError } from '../errors.js';
import { qemuPackage } from './host.js';

export interface Tool {
  /** A program's name, or the path of a file. */
  readonly name: string;
  readonly package: string;
}

/** Programs of s390x: what all cross-builds need. */
export const CROSS = 's390x-linux-gnu-';
const KEYRINGS = ['/usr/share/keyrings/debian-archive-keyring.gpg', '/usr/share/keyrings/debian-archive-keyring.pgp'];

const tied: Tool = { name: 'setpriv', package: 'util-linux' };
/** One installation at a time. */
const lock: Tool = { name: 'flock', package: 'util-linux' };

/** To boot an installed kernel. */
export function bootTools(): Tool[] {
  return [tied, { name: 'qemu-system-s390x', package: qemuPackage() }];
}

/** To build the module, the programs and the initial RAM disk. */
export function buildTools(): Tool[] {
  return [
    tied,
    lock,
    { name: 'make', package: 'make' },
    { name: 'cpio', package: 'cpio' },
    { name: 'xz', package: 'xz-utils' },
    { name: `${CROSS}gcc`, package: 'gcc-s390x-linux-gnu' },
    { name: `${CROSS}ld`, package: 'binutils-s390x-linux-gnu' },
    { name: '/usr/s390x-linux-gnu/lib/libc.a', package: 'libc6-dev-s390x-cross' },
  ];
}

/** To download Debian packages and unpack them. */
export function packageTools(): Tool[] {
  return [
    { name: 'apt-get', package: 'apt' },
    { name: 'dpkg-deb', package: 'dpkg' },
    { name: 'tar', package: 'tar' },
    { name: debianKeyring(), package: 'debian-archive-keyring' },
  ];
}

/** To build a whole kernel. */
export function kernelTools(): Tool[] {
  return [
    { name: 'gcc', package: 'gcc' },
    { name: 'bc', package: 'bc' },
    { name: 'flex', package: 'flex' },
    { name: 'bison', package: 'bison' },
    { name: 'perl', package: 'perl' },
  ];
}

/** Debian's keys, against which downloads are checked. */
export function debianKeyring(): string {
  return KEYRINGS.find(exists) ?? (KEYRINGS[0] as string);
}

/**
 * Checks that all of these are there.
 *
 * @throws {LiveKernelError} that names everything that is not, and the command that installs it.
 */
export function requireTools(tools: readonly Tool[]): void {
  const missing = tools.filter(({ name }) => !isThere(name));
  if (missing.length === 0) return;
  const width = largest(missing.map(({ name }) => name.length));
  const packages = [...new Set(missing.map((tool) => tool.package))];
  const sudo = process.getuid?.() === 0 ? '' : 'sudo ';
  throw new LiveKernelError(
    'ERR_TOOLS_MISSING',
    [
      'needed, but not there:',
      ...missing.map((tool) => `  ${tool.name.padEnd(width)}  in the package ${tool.package}`),
      `install with: ${sudo}apt-get install ${packages.join(' ')}`,
    ].join('\n'),
  );
}

function isThere(name: string): boolean {
  if (name.startsWith('/')) return exists(name);
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isProgram(join(folder, name)));
}
