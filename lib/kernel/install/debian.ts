// SPDX-License-Identifier: GPL-2.0-only
/** Finds the packages of a kernel: which suite has them, and what they are called at the moment. */

import type { StopSignal } from '../../stop-signal.js';
import { downloadsFolder } from '../cache.js';
import { CommandError } from '../command.js';
import { LiveKernelError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import { AptSuite, type Package } from './apt.js';
import type { CatalogueEntry, Suite } from './catalogue.js';
import { hostArchitecture, hostGlibc, osRelease } from './host.js';
import { debianMirrors, type Mirror } from './mirrors.js';

/** A suite that has the kernel, and the packages to download from it. */
export interface Found {
  readonly suite: AptSuite;
  readonly packages: readonly Package[];
  /** Of the packages: `6.1.176-1`. */
  readonly version: string;
  /** `6.1.0-50-s390x`, or for a source `5.10`. */
  readonly release: string;
}

export interface FindOptions {
  /** What else there is, for who gets none. */
  readonly otherwise?: string;
  readonly signal?: StopSignal | undefined;
}

const OWN_TREE = "'s390-gmap kernel install --tree DIR' a kernel that you have built yourself.";

/**
 * Looks for the kernel's packages on the machine's mirrors, or on `mirror` only.
 *
 * @throws {LiveKernelError} if no suite has them; it says what was tried.
 */
export async function findPackages(
  entry: CatalogueEntry,
  mirror: string | undefined,
  onProgress: OnProgress,
  { otherwise = OWN_TREE, signal }: FindOptions = {},
): Promise<Found> {
  // Sources are listed with every architecture that a suite has, and all have this one.
  const architectures = entry.from === 'source' ? ['amd64'] : ['s390x', hostArchitecture()];
  const mirrors = mirror === undefined ? await debianMirrors() : bothKinds(mirror);
  const tried: string[] = [];
  for (const suite of ownFirst(entry.suites)) {
    for (const { uri } of mirrors.filter(({ security }) => security === (suite.security ?? false))) {
      const found = await lookIn(new AptSuite(uri, suite, { architectures, signal }), entry, onProgress, tried);
      if (found) return found;
    }
  }
  throw new LiveKernelError('ERR_DOWNLOAD', notFound(entry, mirrors, tried, otherwise));
}

/**
 * Downloads what was found, into the folder for downloads if no other is given. Answers the files, in the order of the packages.
 *
 * @throws {LiveKernelError} if that fails.
 */
export async function downloadPackages(
  { suite, packages }: Found,
  onProgress: OnProgress,
  folder: string = downloadsFolder(),
): Promise<string[]> {
  try {
    return await suite.download(packages, onProgress, folder);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const kept = folder === downloadsFolder() ? '\nWhat has arrived is kept: try again.' : '';
    throw new LiveKernelError(
      'ERR_DOWNLOAD',
      `downloading from ${suite.name} on ${suite.uri} failed: ${aptProblem(error)}${kept}`,
      { cause: error },
    );
  }
}

function bothKinds(uri: string): Mirror[] {
  return [true, false].map((security) => ({ uri, security }));
}

/** The machine's own suites first: their build tools are made for its C library. */
function ownFirst(suites: readonly Suite[]): Suite[] {
  const codename = osRelease().get('VERSION_CODENAME');
  const isOwn = (suite: Suite) => codename !== undefined && suite.name.startsWith(codename);
  return [...suites.filter(isOwn), ...suites.filter((suite) => !isOwn(suite))];
}

/** How apt says that a release file is older than it may be, or newer than this machine's clock. */
const OUT_OF_DATE = /is (?:expired|not valid yet) \(invalid /;

async function lookIn(
  suite: AptSuite,
  entry: CatalogueEntry,
  onProgress: OnProgress,
  tried: string[],
): Promise<Found | undefined> {
  const where = `${suite.name} on ${suite.uri}`;
  const problem = await updateProblem(suite, onProgress);
  if (problem && OUT_OF_DATE.test(problem)) {
    tried.push(`${where}: ${problem}`);
    return undefined;
  }
  // Lists from an earlier time will do: the packages may be in the cache, or still on the mirror.
  const found = entry.from === 'packages' ? await binaryPackages(suite, entry.name) : await sourcePackage(suite, entry);
  if (!found) {
    tried.push(`${where}: ${problem ?? 'does not have its packages'}`);
  } else if (!found.packages.every(runsHere)) {
    tried.push(`${where}: its build tools need a newer C library than this machine has`);
    return undefined;
  }
  return found;
}

/** Whether the C library is new enough for a package's programs. Packages for s390x do not run here at all. */
function runsHere({ architecture, depends }: Package): boolean {
  if (architecture === 'all' || architecture !== hostArchitecture()) return true;
  const versions = depends.map((dependency) => /^libc6 \(>= ([0-9]+)\.([0-9]+)/.exec(dependency));
  const [, major = '0', minor = '0'] = versions.find((match) => match !== null) ?? [];
  const [hostMajor, hostMinor] = hostGlibc();
  return hostMajor > Number(major) || (hostMajor === Number(major) && hostMinor >= Number(minor));
}

async function updateProblem(suite: AptSuite, onProgress: OnProgress): Promise<string | undefined> {
  try {
    await suite.update(onProgress);
    return undefined;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return aptProblem(error);
  }
}

/** What apt says is wrong, in a line. */
function aptProblem(error: CommandError): string {
  const lines = error.output.split('\n');
  const told = lines.filter((line) => /^(?:E|W): /.test(line)).map((line) => line.slice(3));
  told.sort((a, b) => Number(OUT_OF_DATE.test(b)) - Number(OUT_OF_DATE.test(a)));
  const status = /^ {2}(\d{3} .*)$/m.exec(error.output)?.[1];
  return [...new Set([...(status ? [status] : []), ...told])].slice(0, 2).join('; ') || error.message;
}

async function binaryPackages(suite: AptSuite, version: string): Promise<Found | undefined> {
  const image = newest(await suite.names(imagePattern(version)));
  if (image === undefined) return undefined;
  const release = image.replace('linux-image-', '');
  const headers = await suite.show(`linux-headers-${release}`);
  // The common headers and the build tools go by other names in each suite: the headers know them.
  const names = headers?.depends.map((dependency) => dependency.replace(/ .*/, ''));
  const common = names?.find((name) => /^linux-headers-.*-common$/.test(name));
  const kbuild = names?.find((name) => name.startsWith('linux-kbuild-'));
  const packages = [
    await suite.show(image),
    headers,
    common && (await suite.show(common)),
    kbuild && (await suite.show(`${kbuild}:${hostArchitecture()}`)),
  ];
  const all = packages.filter((found) => found !== undefined && found !== '');
  if (all.length < packages.length) return undefined;
  return { suite, packages: all, version: all[0]?.version ?? '', release };
}

/** `linux-image-6.1.0-50-s390x` and `linux-image-6.12.95+deb12-s390x`, but no -dbg. */
function imagePattern(version: string): RegExp {
  return new RegExp(`^linux-image-${version.replaceAll('.', '\\.')}\\.[0-9][0-9.+a-z]*(?:-[0-9]+)?-s390x$`);
}

async function sourcePackage(suite: AptSuite, { name }: CatalogueEntry): Promise<Found | undefined> {
  const source = await suite.show(`linux-source-${name}`);
  return source && { suite, packages: [source], version: source.version, release: name };
}

/** The last of the names when their numbers count as numbers. */
function newest(names: readonly string[]): string | undefined {
  return [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
}

function notFound(
  entry: CatalogueEntry,
  mirrors: readonly Mirror[],
  tried: readonly string[],
  otherwise: string,
): string {
  const title = `the packages of Linux ${entry.name} cannot be had:`;
  const none = `  no Debian mirror in this machine's apt configuration`;
  const lines = mirrors.length === 0 ? [none] : tried.map((line) => `  ${line}`);
  return [
    title,
    ...lines,
    'Is there a network, and does the mirror have that suite? --mirror URI takes another Debian mirror, and',
    otherwise,
  ].join('\n');
}
