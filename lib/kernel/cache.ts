// SPDX-License-Identifier: GPL-2.0-only
/**
 * The cache folder, where installed kernels are:
 *
 *     downloads/              packages, as they were downloaded
 *     apt/                    a package manager's own state, apart from the machine's
 *     kernels/NAME/           an installed kernel; kernel.json is written last
 *     kernels/NAME.lock       locked while somebody installs it; the file stays
 */
import { basename, join } from 'node:path';
import { checkPath, checkText } from '../arguments.js';
import { sizesBelow } from '../files/below.js';
import { cacheFolder } from '../files/cache-folder.js';
import { exists, isFolder, isSameFolder, makeFolder, namesIn } from '../files/folders.js';
import { readOwnText } from '../files/read.js';
import { remove, replaceFile } from '../files/write.js';
import { visible } from '../visible.js';
import { LiveKernelError } from './errors.js';
import { findInCatalogue } from './install/catalogue.js';
import { type InstalledKernel, parseManifest, printManifest } from './manifest.js';
import { shortName } from './names.js';

const MANIFEST = 'kernel.json';

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
  if (/[\s\p{C}:%#$'"\\]/u.test(folder)) {
    throw new LiveKernelError(
      'ERR_FOLDER',
      `kernels cannot be built below ${visible(folder)}: make does not cope with such a path. ` +
        'Set S390_GMAP_CACHE to a folder without spaces and colons.',
    );
  }
  for (const sub of [downloadsFolder(), aptFolder(), join(folder, 'kernels')]) makeFolder(sub);
}

/** All kernels that are installed, in the order of their versions. @throws {FileError} if the cache folder cannot be read. */
export function installedKernels(): InstalledKernel[] {
  const folder = join(cacheFolder(), 'kernels');
  const names = isFolder(folder) ? namesIn(folder) : [];
  const kernels = names.map((name) => readManifest(join(folder, name))).filter((kernel) => kernel !== undefined);
  return kernels.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** The installed kernel of that name; none if there is none, or if its installation was not finished. */
export function findInstalled(name: string): InstalledKernel | undefined {
  return readManifest(kernelFolder(checkText('findInstalled: name', name)));
}

/**
 * The same.
 *
 * @throws {LiveKernelError} that names the command that installs it.
 */
export function requireInstalled(name: string): InstalledKernel {
  const kernel = findInstalled(checkText('requireInstalled: name', name));
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
  replaceFile(file, printManifest(kernel));
}

/** Removes a kernel, installed or half installed; answers whether there was anything. @throws {FileError} */
export function removeKernel(name: string): boolean {
  const folder = kernelFolder(checkText('removeKernel: name', name));
  if (!exists(folder)) return false;
  // First what makes it valid: if the rest is interrupted, no broken kernel is left.
  remove(join(folder, MANIFEST));
  remove(folder);
  return true;
}

/** How many bytes a folder has, with everything below. @throws {FileError} */
export function folderSize(folder: string): number {
  let bytes = 0;
  for (const size of sizesBelow(checkPath('folderSize: folder', folder)).values()) bytes += size;
  return bytes;
}

function readManifest(folder: string): InstalledKernel | undefined {
  const text = readOwnText(join(folder, MANIFEST));
  const kernel = text === undefined ? undefined : parseManifest(text, basename(folder));
  // One that says it is elsewhere was moved: its paths lead nowhere, or to what is not ours.
  return kernel && isSameFolder(kernel.folder, folder) ? kernel : undefined;
}
