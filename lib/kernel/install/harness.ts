// SPDX-License-Identifier: GPL-2.0-only
/** The module and the programs that run inside of the guest, from their C sources in kernel/, which this package has. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { packageRoot } from '../../package-root.js';
import { CommandError, run } from '../command.js';
import { LiveKernelError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import { packInitrd } from './initrd.js';
import { CROSS } from './tools.js';

/** What the harness is built for, and where. */
export interface HarnessTarget {
  /** The folder of the kernel in the cache. */
  readonly folder: string;
  /** Headers, or a tree. */
  readonly build: string;
  /** Modules that the guest loads first. */
  readonly modules: readonly string[];
}

const MODULE = 'gmap_trace.ko';
const PROGRAMS = ['init', 'runner'];
const STEP = 'build the module and the initial RAM disk';

/** What the module and the programs are made of. */
interface Sources {
  readonly module: readonly string[];
  readonly programs: readonly string[];
}

function findSources(): Sources {
  const below = (folder: string) => sourcesIn(join(packageRoot, folder)).map((name) => join(packageRoot, folder, name));
  const shared = [...below('kernel'), ...below('native/abi')];
  const module = below('kernel/module');
  // How records are read is the same in the module and outside.
  const headers = module.filter((file) => file.endsWith('.h'));
  return { module: [...shared, ...module], programs: [...shared, ...headers, ...below('kernel/init')] };
}

/** Which version of the sources this is: kernels with another one in their initial RAM disk get it anew. */
export function harnessVersion(): string {
  const { module, programs } = findSources();
  const hash = createHash('sha256');
  for (const file of new Set([...module, ...programs])) hash.update(`${basename(file)}\n`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function sourcesIn(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files
    .map(({ name }) => name)
    .filter((name) => /\.(?:[chS]|def)$|^Kbuild$/.test(name))
    .sort();
}

/**
 * Builds all of it. Answers the initial RAM disk.
 *
 * @throws {LiveKernelError} if the compiler is not content.
 */
export async function buildHarness({ folder, build, modules }: HarnessTarget, onProgress: OnProgress): Promise<string> {
  const sources = findSources();
  onProgress({ step: STEP, fraction: 0 });
  const work = join(folder, 'harness');
  rmSync(work, { recursive: true, force: true });
  const root = join(work, 'root');
  mkdirSync(root, { recursive: true });
  await buildPrograms(copySources(sources.programs, join(work, 'init')), root);
  onProgress({ step: STEP, fraction: 0.3 });
  const module = await buildModule(copySources(sources.module, join(work, 'module')), build);
  onProgress({ step: STEP, fraction: 0.9 });
  const initrd = await packInitrd(root, [...modules, module], join(folder, 'initrd.gz'));
  rmSync(work, { recursive: true, force: true });
  return initrd;
}

/** All in one folder: their includes name no others. */
function copySources(files: readonly string[], to: string): string {
  mkdirSync(to, { recursive: true });
  for (const file of files) cpSync(file, join(to, basename(file)));
  return to;
}

async function buildModule(folder: string, build: string): Promise<string> {
  const variables = {
    ...makeVariables,
    // What the kernel was built with, but modules need not, and this machine's tools may not know.
    CONFIG_DEBUG_INFO_BTF_MODULES: '',
    CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT: '',
    M: folder,
  };
  await compile('the module', 'make', ['-s', '-C', build, ...assignments(variables), 'modules']);
  await run(`${CROSS}strip`, ['-g', join(folder, MODULE)]);
  return join(folder, MODULE);
}

/** What cross-building with the kernel's makefiles needs. */
export const makeVariables: Readonly<Record<string, string>> = {
  ARCH: 's390',
  CROSS_COMPILE: CROSS,
  CC: `${CROSS}gcc`,
};

export function assignments(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

/** Each has the file of its name, and all that are no program's own. */
async function buildPrograms(folder: string, root: string): Promise<void> {
  const shared = sourcesIn(folder).filter((name) => name.endsWith('.c') && !PROGRAMS.includes(name.slice(0, -2)));
  for (const name of PROGRAMS) {
    await compile(`the guest's ${name}`, `${CROSS}gcc`, [
      ...['-O2', '-march=z10', '-static', '-s', `-I${folder}`, '-o', join(root, name)],
      ...[`${name}.c`, ...shared].map((source) => join(folder, source)),
    ]);
  }
}

async function compile(what: string, command: string, args: readonly string[]): Promise<void> {
  try {
    await run(command, args);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new LiveKernelError('ERR_BUILD', `building ${what} failed: ${error.message}\n${error.lastLines(20)}`, {
      cause: error,
    });
  }
}
