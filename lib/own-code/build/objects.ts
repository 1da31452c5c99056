// SPDX-License-Identifier: GPL-2.0-only
/** Compiles this package's sources for a built code. Objects are kept: the next code needs most of them as they are. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { cacheFolder } from '../../files/cache-folder.js';
import { makeFolder, namesIn, rename } from '../../files/folders.js';
import { packageFile } from '../../files/package-file.js';
import { stampOf, touch } from '../../files/stamps.js';
import { remove } from '../../files/write.js';
import { CommandError, run } from '../../kernel/command.js';
import { LiveKernelError } from '../../kernel/errors.js';
import type { StopSignal } from '../../stop-signal.js';
import type { Job } from './compile-tree.js';
import { type Compiler, SANITIZE, type Sanitizer } from './compiler.js';
import { Includes, nodeHeaders } from './our-sources.js';
import { inParallel } from './parallel.js';
import { placeOf } from './places.js';

const DEFINES = [
  ...['OWN_CODE', 'NAPI_VERSION=9', 'NODE_GYP_MODULE_NAME=s390_gmap', 'BUILDING_NODE_EXTENSION'],
  ...['NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS', 'NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS'],
];
const COMMON = ['-w', '-fPIC', '-fvisibility=hidden', '-ffunction-sections', '-fdata-sections'];
const LANGUAGES = {
  c: ['-std=c11', '-O3'],
  cxx: ['-std=c++17', '-Os', '-fno-exceptions', '-fno-rtti'],
} as const;

const SANITIZED: Readonly<Record<Sanitizer, readonly string[]>> = {
  address: ['-fno-sanitize-recover=all', '-fno-sanitize=vptr'],
  thread: [],
};

/** Objects that nothing was built with for so long are removed. */
const KEPT_DAYS = 14;
const DAY = 86_400_000;

export interface CompiledObjects {
  readonly objects: readonly string[];
  /** All files of this package that were read. */
  readonly inputs: readonly string[];
}

/** Called after each object with how many are there, of how many. */
type OnObject = (done: number, total: number) => void;

/** @throws {LiveKernelError} if the compiler is not content, which is a mistake of this package. */
export async function compileOurs(
  job: Job,
  sources: readonly string[],
  layout: string,
  onObject: OnObject,
): Promise<CompiledObjects> {
  const folder = objectsFolder();
  makeFolder(folder);
  const includes = new Includes(layout);
  const headers = nodeHeaders();
  const inputs = new Set<string>();
  let done = 0;
  const objects = await inParallel(sources, job.signal, async (source, signal) => {
    const closure = includes.closure(source);
    for (const file of closure) if (file !== layout) inputs.add(file);
    const args = argumentsFor(source, job, headers.folders);
    const said = closure.map((file) => `${ourPlace(file, job.work)} ${includes.hash(file)}`);
    const key = hashOf([process.arch, job.compiler.version, headers.versions, ...keyOf(args), ...said]);
    const object = join(folder, `${key}.o`);
    if (stampOf(object)) touch(object);
    else await compile(job, source, args, object, signal);
    onObject(++done, sources.length);
    return object;
  });
  return { objects, inputs: [...inputs].sort() };
}

function objectsFolder(): string {
  return join(cacheFolder(), 'objects');
}

function isCxx(source: string): boolean {
  return source.endsWith('.cc');
}

/** Knows counters from what is none of the machine's memory. */
const STORES = 'native/own-code/runtime/stores.c';

function argumentsFor(source: string, { work, sanitizer, counted }: Job, headers: readonly string[]): string[] {
  return [
    ...LANGUAGES[isCxx(source) ? 'cxx' : 'c'],
    ...COMMON,
    ...(sanitizer ? ['-g', SANITIZE[sanitizer], '-fno-omit-frame-pointer', ...SANITIZED[sanitizer]] : []),
    ...DEFINES.map((define) => `-D${define}`),
    ...(counted && source.endsWith(STORES) ? ['-DOWN_COUNTED'] : []),
    ...[packageFile('native'), work].map((folder) => `-I${folder}`),
    ...headers.map((folder) => `-isystem${folder}`),
  ];
}

function ourPlace(file: string, work: string): string {
  return placeOf(file, { folder: work, place: work });
}

/** Where things lie makes no other object. */
function keyOf(args: readonly string[]): string[] {
  return args.filter((arg) => !/^-(?:I|isystem)/.test(arg));
}

function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 40);
}

async function compile(
  { compiler, work }: Job,
  source: string,
  args: readonly string[],
  object: string,
  signal: StopSignal,
): Promise<void> {
  const place = ourPlace(source, work);
  const made = join(work, `${place.replaceAll('/', '-')}.o`);
  await asOurs(`compiling ${place}`, () =>
    run(compilerOf(compiler, source), [...args, '-c', source, '-o', made], { signal }),
  );
  rename(made, object);
}

function compilerOf({ c, cxx }: Compiler, source: string): string {
  return isCxx(source) ? cxx : c;
}

/** @throws {LiveKernelError} with the compiler's words: it is no tree's mistake. */
export async function asOurs<Result>(doing: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new LiveKernelError('ERR_BUILD', `${doing} failed: ${error.message}\n${error.lastLines(20)}`, {
      cause: error,
    });
  }
}

/** Removes what has not been used for long. */
export function pruneObjects(now: number = Date.now()): void {
  for (const name of namesIn(objectsFolder())) {
    const file = join(objectsFolder(), name);
    const changed = stampOf(file)?.changed ?? now;
    if (now - changed > KEPT_DAYS * DAY) remove(file);
  }
}
