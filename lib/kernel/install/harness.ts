// SPDX-License-Identifier: GPL-2.0-only
/** The module and the programs that run inside of the guest, from their C sources in kernel/, which this package has. */
import { join } from 'node:path';
import { makeFolder } from '../../files/folders.js';
import { remove } from '../../files/write.js';
import { CommandError, run } from '../command.js';
import { LiveKernelError } from '../errors.js';
import type { OnProgress } from '../progress.js';
import { copySources, sourcesIn } from './harness-sources.js';
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

/**
 * Builds all of it. Answers the initial RAM disk.
 *
 * @throws {LiveKernelError} if the compiler is not content.
 */
export async function buildHarness({ folder, build, modules }: HarnessTarget, onProgress: OnProgress): Promise<string> {
  onProgress({ step: STEP, fraction: 0 });
  const work = join(folder, 'harness');
  remove(work);
  const root = join(work, 'root');
  makeFolder(root);
  await buildPrograms(copySources('init', join(work, 'init')), root);
  onProgress({ step: STEP, fraction: 0.3 });
  const module = await buildModule(copySources('module', join(work, 'module')), build);
  onProgress({ step: STEP, fraction: 0.9 });
  const initrd = await packInitrd(root, [...modules, module], join(folder, 'initrd.gz'));
  remove(work);
  return initrd;
}

async function buildModule(folder: string, build: string): Promise<string> {
  await compile('the module', 'make', ['-s', '-C', build, ...assignments(moduleVariables(folder)), 'modules']);
  await run(`${CROSS}strip`, ['-g', join(folder, MODULE)]);
  return join(folder, MODULE);
}

/** What cross-building with the kernel's makefiles needs. */
export const makeVariables: Readonly<Record<string, string>> = {
  ARCH: 's390',
  CROSS_COMPILE: CROSS,
  CC: `${CROSS}gcc`,
};

/** The same for what is in a folder beside the kernel. */
export function moduleVariables(folder: string): Readonly<Record<string, string>> {
  return {
    ...makeVariables,
    // What the kernel was built with, but modules need not, and this machine's tools may not know.
    CONFIG_DEBUG_INFO_BTF_MODULES: '',
    CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT: '',
    M: folder,
  };
}

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
