// SPDX-License-Identifier: GPL-2.0-only
/**
 * The cache folder, where installed kernels are:
 *
 *     downloads/              packages, as they were downloaded
 *     apt/                    a package manager's own state, apart from the machine's
 *     kernels/NAME/           an installed kernel; kernel.json is written last
 *     kernels/NAME.lock       while somebody installs it
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { entriesBelow } from '../entries-below.js';
import { LiveKernelError } from './errors.js';
import { findInCatalogue } from './install/catalogue.js';
import { shortName } from './names.js';

const MANIFEST = 'kernel.json';
const MANIFEST_FORMAT = 1;

/** Where a kernel comes from. */
export type KernelOrigin =
  /** Debian's binary packages. */
  | 'packages'
  /** Debian's source package, built here. */
  | 'source'
  /** A build folder of the user's. */
  | 'tree';

/** An installed kernel. Paths are absolute. */
export interface InstalledKernel {
  /** `6.1` */
  readonly name: string;
  /** As traces and the model name it: `linux-6.1`. */
  readonly kernel: string;
  /** What `uname -r` says: `6.1.0-50-s390x`. */
  readonly release: string;
  /** Which build of it this is, for recordings: `6.1.176-1` of a package, the release of a tree. */
  readonly version: string;
  readonly origin: KernelOrigin;
  /** The suite that it was downloaded from, or the tree. */
  readonly from: string;
  /** The folder in the cache. */
  readonly folder: string;
  /** What to boot. */
  readonly image: string;
  readonly initrd: string;
  /** Where modules are built against it: its headers, or the tree. */
  readonly build: string;
  /** Modules of its own that the guest loads, in this order. */
  readonly modules: readonly string[];
  /** Which version of this package's module and programs is in its initial RAM disk. */
  readonly harness: string;
}

/** The cache folder: `S390_GMAP_CACHE`, or `s390-gmap` where the user's caches are. */
export function cacheFolder(): string {
  const { S390_GMAP_CACHE: own, XDG_CACHE_HOME: xdg } = process.env;
  if (own) return resolve(own);
  // As the XDG specification says, a relative path is no answer.
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 's390-gmap');
}

/** The folder of a kernel, whether it is installed or not. */
export function kernelFolder(name: string): string {
  return join(cacheFolder(), 'kernels', shortName(name));
}

export function downloadsFolder(): string {
  return join(cacheFolder(), 'downloads');
}

export function aptFolder(): string {
  return join(cacheFolder(), 'apt');
}

/**
 * Makes sure that kernels can be installed in the cache folder.
 *
 * @throws {LiveKernelError} if the kernel's makefiles would not work there.
 */
export function prepareCache(): void {
  const folder = cacheFolder();
  // make splits its lists at spaces, and the kernel's makefiles take colons for separators.
  if (/[\s:%#$'"\\]/.test(folder)) {
    throw new LiveKernelError(
      'ERR_FOLDER',
      `kernels cannot be built below ${JSON.stringify(folder)}: make does not cope with such a path. ` +
        'Set S390_GMAP_CACHE to a folder without spaces and colons.',
    );
  }
  for (const sub of [downloadsFolder(), aptFolder(), join(folder, 'kernels')]) mkdirSync(sub, { recursive: true });
}

/** All kernels that are installed, in the order of their versions. */
export function installedKernels(): InstalledKernel[] {
  const folder = join(cacheFolder(), 'kernels');
  const names = existing(() => readdirSync(folder), []);
  const kernels = names.map((name) => readManifest(join(folder, name))).filter((kernel) => kernel !== undefined);
  return kernels.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** The installed kernel of that name; none if there is none, or if its installation was not finished. */
export function findInstalled(name: string): InstalledKernel | undefined {
  return readManifest(kernelFolder(name));
}

/**
 * The same.
 *
 * @throws {LiveKernelError} that names the command that installs it.
 */
export function requireInstalled(name: string): InstalledKernel {
  const kernel = findInstalled(name);
  if (kernel) return kernel;
  const short = shortName(name);
  const installed = installedKernels().map((other) => other.name);
  const others = installed.length > 0 ? ` (installed: ${installed.join(', ')})` : '';
  const what = findInCatalogue(short) ? short : '--tree DIR, with the folder where you built it';
  throw new LiveKernelError(
    'ERR_NOT_INSTALLED',
    `the kernel ${short} is not installed${others}. Install it: s390-gmap kernel install ${what}`,
  );
}

/** Makes the installation valid. */
export function writeManifest(kernel: InstalledKernel): void {
  const file = join(kernel.folder, MANIFEST);
  writeFileSync(`${file}.new`, `${JSON.stringify({ format: MANIFEST_FORMAT, ...kernel }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Removes a kernel, installed or half installed; answers whether there was anything. */
export function removeKernel(name: string): boolean {
  const folder = kernelFolder(name);
  if (existing(() => statSync(folder), undefined) === undefined) return false;
  // First what makes it valid: if the rest is interrupted, no broken kernel is left.
  rmSync(join(folder, MANIFEST), { force: true });
  rmSync(folder, { recursive: true, force: true });
  return true;
}

/** How many bytes a folder has, with everything below. */
export function folderSize(folder: string): number {
  let bytes = 0;
  for (const { entry, path } of entriesBelow(folder)) {
    if (entry.isFile()) bytes += existing(() => statSync(path).size, 0);
  }
  return bytes;
}

function readManifest(folder: string): InstalledKernel | undefined {
  const text = existing(() => readFileSync(join(folder, MANIFEST), 'utf8'), undefined);
  if (text === undefined) return undefined;
  const { format, ...kernel } = JSON.parse(text) as InstalledKernel & { format: number };
  // Another version of this package wrote it: to be installed anew.
  return format === MANIFEST_FORMAT ? kernel : undefined;
}

function existing<Value, Otherwise>(read: () => Value, otherwise: Otherwise): Value | Otherwise {
  try {
    return read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return otherwise;
    throw error;
  }
}
