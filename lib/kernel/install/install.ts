// SPDX-License-Identifier: GPL-2.0-only
/** Installs kernels into the cache folder. What was done before is not done again. */
import { join, resolve } from 'node:path';
import { callback, checkFunction, checkPath, checkText, optional, type Takers, takeOptions } from '../../arguments.js';
import { makeFolder } from '../../files/folders.js';
import { show } from '../../show.js';
import { findInstalled, kernelFolder, prepareCache, removeKernel, requireInstalled, writeManifest } from '../cache.js';
import { LiveKernelError } from '../errors.js';
import type { InstalledKernel } from '../manifest.js';
import { shortName, traceKernel } from '../names.js';
import type { OnProgress } from '../progress.js';
import { type CatalogueEntry, catalogue, findInCatalogue } from './catalogue.js';
import { downloadPackages, findPackages } from './debian.js';
import { findModules } from './guest-modules.js';
import { buildHarness } from './harness.js';
import { harnessVersion } from './harness-sources.js';
import { withLock } from './lock.js';
import { checkMirror } from './mirrors.js';
import { buildFromSource } from './source.js';
import { bootTools, buildTools, kernelTools, packageTools, requireTools } from './tools.js';
import { openTree } from './tree.js';
import { buildTypes } from './types.js';
import { unpackKernel } from './unpack.js';

/** Where a kernel comes from, and who hears of it. */
export interface InstallOptions {
  /** The http, https or file URL of a Debian mirror, in place of those that the machine's apt uses. */
  readonly mirror?: string;
  /** Is told of each step. */
  readonly onProgress?: OnProgress;
}

/** What a kernel of a tree is called, and who hears of it. */
export interface InstallTreeOptions {
  /** What the kernel is to be called here. Default: its version, as in `4.7`. */
  readonly name?: string;
  /** Is told of each step. */
  readonly onProgress?: OnProgress;
}

/** What came of an installation. */
export interface Installation {
  /** As {@link installedKernels} lists it. */
  readonly kernel: InstalledKernel;
  /** Whether it was there already, and nothing had to be done. */
  readonly alreadyThere: boolean;
}

const installTakers: Takers<InstallOptions> = { mirror: optional(checkMirror), onProgress: optional(callback()) };
const treeTakers: Takers<InstallTreeOptions> = { name: optional(checkText), onProgress: optional(callback()) };

/** A kernel that was built or unpacked, before the module is built for it. */
type Prepared = Omit<InstalledKernel, 'initrd' | 'harness' | 'types' | 'modules'> &
  Partial<Pick<InstalledKernel, 'modules'>>;

const quiet: OnProgress = () => {};

/**
 * Installs one of the kernels of {@link catalogue} from Debian's packages, and builds the module for it.
 *
 * @throws {LiveKernelError} if programs are missing, the packages cannot be had, or something cannot be built.
 * @throws {TypeError | RangeError} if `mirror` is no such URL.
 */
export async function installKernel(name: string, options: InstallOptions = {}): Promise<Installation> {
  const short = shortName(checkText('installKernel: name', name));
  const { mirror, onProgress = quiet } = takeOptions('installKernel: options', options, installTakers);
  const there = findInstalled(short);
  // Also a kernel from a tree, which the catalogue does not have.
  if (there) return bringUpToDate(there, onProgress);
  const entry = findInCatalogue(short);
  if (!entry) throw new LiveKernelError('ERR_UNKNOWN_NAME', unknownName(short));
  requireTools([...packageTools(), ...buildTools(), ...(entry.from === 'source' ? kernelTools() : []), ...bootTools()]);
  return locked(short, onProgress, async () => {
    const folder = emptyFolder(short);
    return finish(await fromDebian(entry, folder, mirror, onProgress), onProgress);
  });
}

/**
 * Installs a kernel that the user has built for s390: `tree` is its build folder, which must stay where it is.
 *
 * @throws {LiveKernelError} if that is no such folder, the name is taken, or the module cannot be built for it.
 */
export async function installTree(tree: string, options: InstallTreeOptions = {}): Promise<Installation> {
  checkPath('installTree: tree', tree);
  const taken = takeOptions('installTree: options', options, treeTakers);
  const { onProgress = quiet } = taken;
  const { release, image } = openTree(resolve(tree));
  const kernel = traceKernel(release);
  const name = shortName(taken.name ?? kernel ?? release);
  const there = findInstalled(name);
  if (there && there.from !== resolve(tree)) throw new LiveKernelError('ERR_FOLDER', nameTaken(there));
  requireTools([...buildTools(), ...bootTools()]);
  prepareCache();
  // The tree may have been built anew since: this is always done again.
  return withLock(`${kernelFolder(name)}.lock`, async () => {
    const folder = emptyFolder(name);
    const build = resolve(tree);
    const prepared = { name, kernel: kernel ?? `linux-${name}`, release, version: release, image, folder, build };
    return finish({ ...prepared, origin: 'tree', from: build }, onProgress);
  });
}

/**
 * The installed kernel of that name, with the module of this version of the package: it is built anew if need be.
 *
 * @throws {LiveKernelError} if it is not installed; the message names the command that installs it.
 */
export async function useKernel(name: string, onProgress: OnProgress = quiet): Promise<InstalledKernel> {
  checkText('useKernel: name', name);
  checkFunction('useKernel: onProgress', onProgress);
  return (await bringUpToDate(requireInstalled(name), onProgress)).kernel;
}

async function bringUpToDate(kernel: InstalledKernel, onProgress: OnProgress): Promise<Installation> {
  if (kernel.harness === harnessVersion()) return { kernel, alreadyThere: true };
  requireTools(buildTools());
  return locked(kernel.name, onProgress, () => finish(kernel, onProgress));
}

/** Somebody else may have done the work while this process waited for its turn, or looked for tools. */
async function locked(name: string, onProgress: OnProgress, work: () => Promise<Installation>): Promise<Installation> {
  prepareCache();
  return withLock(`${kernelFolder(name)}.lock`, async () => {
    const there = findInstalled(name);
    if (there?.harness === harnessVersion()) return { kernel: there, alreadyThere: true };
    return there ? finish(there, onProgress) : work();
  });
}

/** Builds the module, finds the types, and makes the installation valid. */
async function finish(prepared: Prepared, onProgress: OnProgress): Promise<Installation> {
  const modules = prepared.modules ?? findModules(prepared);
  const harness = harnessVersion();
  const initrd = await buildHarness({ ...prepared, modules }, onProgress);
  const types = await buildTypes(prepared.folder, prepared.build, onProgress);
  const kernel = { ...prepared, modules, harness, initrd, types };
  writeManifest(kernel);
  return { kernel, alreadyThere: false };
}

async function fromDebian(
  entry: CatalogueEntry,
  folder: string,
  mirror: string | undefined,
  onProgress: OnProgress,
): Promise<Prepared> {
  const found = await findPackages(entry, mirror, onProgress);
  const files = await downloadPackages(found, onProgress);
  const root = join(folder, 'root');
  const common = {
    name: entry.name,
    kernel: `linux-${entry.name}`,
    version: found.version,
    folder,
    from: found.suite.name,
  };
  if (entry.from === 'packages') {
    const { image, headers } = await unpackKernel(found, files, root, onProgress);
    return { ...common, release: found.release, origin: 'packages', image, build: headers };
  }
  const tree = await buildFromSource(entry.name, files, root, onProgress);
  return { ...common, ...tree, origin: 'source' };
}

/** What an interrupted installation has left is not trusted, except for downloads, which have checksums. */
function emptyFolder(name: string): string {
  removeKernel(name);
  const folder = kernelFolder(name);
  makeFolder(folder);
  return folder;
}

function unknownName(name: string): string {
  const names = catalogue.map((entry) => entry.name).join(', ');
  return `there is no kernel ${show(name)} to be installed: Debian has ${names}. A kernel that you have built yourself: s390-gmap kernel install --tree DIR`;
}

function nameTaken({ name, from }: InstalledKernel): string {
  return `there is a kernel ${name} already, from ${from}. Give this one another name with --name, or remove that one: s390-gmap kernel remove ${name}`;
}
