// SPDX-License-Identifier: GPL-2.0-only
/** Asks apt for packages of another suite and architecture, with a state of its own: the machine's is not touched. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { makeFolder } from '../../files/folders.js';
import { writeFile } from '../../files/write.js';
import type { StopSignal } from '../../stop-signal.js';
import { aptFolder } from '../cache.js';
import { CommandError, run } from '../command.js';
import type { OnProgress } from '../progress.js';
import type { Suite } from './catalogue.js';
import { hostArchitecture } from './host.js';
import { requireOneWord } from './mirrors.js';
import { debianKeyring } from './tools.js';

/** A package of the suite, as apt knows it. */
export interface Package {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** `libc6 (>= 2.38)` */
  readonly depends: readonly string[];
}

/** "dlstatus:3:46.5:Retrieving file 3 of 4" */
const STATUS = /^dlstatus:[^:]*:([0-9.]+):/;

export interface SuiteOptions {
  /** Whose packages are wanted; default: those of s390x and of this machine. */
  readonly architectures?: readonly string[];
  /** Ends apt. */
  readonly signal?: StopSignal | undefined;
}

/** A suite on a mirror, for packages of some architectures. */
export class AptSuite {
  readonly uri: string;
  readonly name: string;
  readonly #options: readonly string[];
  readonly #signal: StopSignal | undefined;

  /** @throws {LiveKernelError} if the address would be more than one word in a list of sources. */
  constructor(uri: string, { name, archived = false }: Suite, options: SuiteOptions = {}) {
    const { architectures = ['s390x', hostArchitecture()], signal } = options;
    requireOneWord(uri);
    this.uri = uri;
    this.name = name;
    this.#signal = signal;
    const source = `deb [arch=${architectures.join(',')} signed-by=${debianKeyring()}] ${uri} ${name} main\n`;
    const folder = join(aptFolder(), `${name}-${createHash('sha256').update(source).digest('hex').slice(0, 12)}`);
    for (const sub of ['lists/partial', 'archives/partial']) makeFolder(join(folder, sub));
    const list = join(folder, 'sources.list');
    writeFile(list, source);
    this.#options = aptOptions(folder, list, architectures, archived);
  }

  /**
   * Fetches the lists of packages.
   *
   * @throws {CommandError} if the mirror does not have the suite, or cannot be reached.
   */
  async update(onProgress: OnProgress): Promise<void> {
    const step = `read the package lists of ${this.name}`;
    onProgress({ step, fraction: 0 });
    await this.#apt('apt-get', ['update', '-oAPT::Update::Error-Mode=any'], { step, onProgress });
  }

  /** Names of packages for s390x that match. */
  async names(pattern: RegExp): Promise<string[]> {
    const text = await this.#apt('apt-cache', ['pkgnames', 'linux-']);
    return text.split('\n').filter((name) => pattern.test(name));
  }

  /** The package in its newest version; none if the suite does not have it. */
  async show(name: string): Promise<Package | undefined> {
    try {
      return parsePackage(await this.#apt('apt-cache', ['show', '--no-all-versions', name]));
    } catch (error) {
      if (error instanceof CommandError) return undefined;
      throw error;
    }
  }

  /**
   * Downloads packages into a folder, unless they are there already. Their checksums are checked
   * against the suite's signed lists, also those of files that were there. Answers the files.
   */
  async download(packages: readonly Package[], onProgress: OnProgress, cwd: string): Promise<string[]> {
    const step = `download from ${this.name}`;
    onProgress({ step, fraction: 0 });
    await this.#apt('apt-get', ['download', ...packages.map(exactly)], { cwd, step, onProgress });
    return packages.map((wanted) => join(cwd, packageFile(wanted)));
  }

  #apt(
    command: string,
    args: readonly string[],
    { cwd, step, onProgress }: { cwd?: string; step?: string; onProgress?: OnProgress } = {},
  ): Promise<string> {
    const status = onProgress ? ['-oAPT::Status-Fd=1'] : [];
    return run(command, [...this.#options, ...status, ...args], {
      signal: this.#signal,
      ...(cwd !== undefined && { cwd }),
      onLine: (line) => {
        const percent = STATUS.exec(line)?.[1];
        if (onProgress && step && percent !== undefined) onProgress({ step, fraction: Number(percent) / 100 });
      },
    });
  }
}

function aptOptions(folder: string, list: string, architectures: readonly string[], archived: boolean): string[] {
  const options = {
    'APT::Architecture': 's390x',
    'Dir::State': folder,
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': folder,
    'Dir::Cache::archives': join(folder, 'archives'),
    // Containers are often configured to have none; without it every question takes a second.
    'Dir::Cache::pkgcache': 'pkgcache.bin',
    'Dir::Cache::srcpkgcache': 'srcpkgcache.bin',
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '-',
    'Dir::Etc::preferences': '-',
    'Dir::Etc::preferencesparts': '-',
    // Whatever the machine's own configuration says.
    'Acquire::Check-Valid-Until': String(!archived),
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::Retries': '3',
    // Root's apt would download as a user who may not write into root's cache folder.
    ...(process.getuid?.() === 0 && { 'APT::Sandbox::User': 'root' }),
  };
  return [
    '-q',
    ...Object.entries(options).map(([name, value]) => `-o${name}=${value}`),
    ...architectures.map((name) => `-oAPT::Architectures::=${name}`),
  ];
}

function parsePackage(text: string): Package | undefined {
  const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
  const name = field('Package');
  if (name === '') return undefined;
  const depends = field('Depends')
    .split(',')
    .map((dependency) => dependency.trim())
    .filter(Boolean);
  return { name, version: field('Version'), architecture: field('Architecture'), depends };
}

function exactly({ name, version, architecture }: Package): string {
  return `${name}${architecture === 'all' ? '' : `:${architecture}`}=${version}`;
}

/** As apt-get download names it. */
export function packageFile({ name, version, architecture }: Package): string {
  return `${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
}
