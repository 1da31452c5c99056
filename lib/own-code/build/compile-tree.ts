// SPDX-License-Identifier: GPL-2.0-only
/** Compiles a tree's two files, each through a file of ours that includes it, and finds where its structures have what. */
import { join } from 'node:path';
import { packageFile } from '../../files/package-file.js';
import { readBytes, readText } from '../../files/read.js';
import { writeFile } from '../../files/write.js';
import { CommandError, run } from '../../kernel/command.js';
import type { StopSignal } from '../../stop-signal.js';
import { visible } from '../../visible.js';
import { rewriteAsm } from '../rewrite/asm/rewrite.js';
import { type Place, rewriteSource, type Shared, type UnknownInstruction } from '../rewrite/index.js';
import { type Compiler, HOOKS, SANITIZE, type Sanitizer } from './compiler.js';
import { complaint, TreeError } from './diagnose.js';
import { inParallel } from './parallel.js';
import { filesRead, placeOf } from './places.js';
import { GMAP_C, INCLUDES, PGTABLE_C, type SourceTree } from './tree.js';

/** What is built, with what, and where. */
export interface Job {
  readonly tree: SourceTree;
  readonly compiler: Compiler;
  /** Whether stores are told. */
  readonly hooks: boolean;
  readonly sanitizer: Sanitizer | undefined;
  /** What runs programs of the host that is built for, if that is not this one: a command and its first arguments. */
  readonly emulator?: readonly string[];
  /** Whether the code counts how often each of its lines runs, as gcov does. */
  readonly counted: boolean;
  /** A header of the user's, which comes first. */
  readonly include: string | undefined;
  /** Where everything is made. */
  readonly work: string;
  readonly signal: StopSignal | undefined;
}

export interface CompiledTree {
  readonly objects: readonly string[];
  /** The same before their names were prefixed: what a code that counts its lines has counted is written beside them. */
  readonly counting: readonly string[];
  /** The header that says where the tree's structures have what. */
  readonly layout: string;
  /** All files that were read, but for the compiler's own. */
  readonly inputs: readonly string[];
  /** Instructions that the simulated machine does not have: `arch/s390/mm/gmap.c:12: frob %r1`. */
  readonly unknown: readonly string[];
}

/** Our files in native/own-code/tree, and the tree's that they include. */
const FILES = { gmap: GMAP_C, pgtable: PGTABLE_C } as const;
const CODE = ['gmap', 'pgtable'] as const;
const LAYOUT = 'layout';
type Part = (typeof CODE)[number] | typeof LAYOUT;
/** What includes it finds it under this name. */
export const LAYOUT_H = 'own_layout.h';

/** What Linux tells its compiler: these say what its C means. On s390 char has no sign. */
const LANGUAGE = [
  ...['-std=gnu11', '-funsigned-char', '-fno-strict-aliasing', '-fno-strict-overflow', '-fno-common'],
  '-fno-delete-null-pointer-checks',
];

/** What every build of a tree's code is told. */
const COMPILE = [
  ...LANGUAGE,
  ...['-x', 'cpp-output', '-fno-builtin', '-fPIC'],
  // Linkers that read later debug information name wrong files.
  '-gdwarf-4',
  ...['-Wno-everything', '-Werror=implicit-function-declaration', '-Werror=int-conversion'],
];

/** What the code keeps on the stack must be there, where stores are not told. */
const SANITIZED: Readonly<Record<Sanitizer, readonly string[]>> = {
  address: ['-fno-sanitize-recover=all', '-fno-omit-frame-pointer', '-fsanitize-address-use-after-return=never'],
  thread: ['-fno-omit-frame-pointer'],
};

/** What differs between builds; a part of their key. */
export function treeFlags({ compiler, hooks, sanitizer, counted }: Job): string[] {
  return [
    '-O2',
    ...(hooks ? [HOOKS[compiler.kind]] : []),
    ...(sanitizer ? [SANITIZE[sanitizer], ...SANITIZED[sanitizer]] : []),
    ...(counted ? ['--coverage'] : []),
  ];
}

interface Preprocessed {
  readonly file: string;
  /** What it was made of. */
  readonly read: ReadonlySet<string>;
}

interface Made {
  /** The object; or the header. */
  readonly made: string;
  readonly read: ReadonlySet<string>;
  readonly unknown: readonly UnknownInstruction[];
}

/** @throws {OwnCodeError} if the tree's code does not compile. */
export async function compileTree(job: Job): Promise<CompiledTree> {
  const parts = await inParallel<Part, Made>([...CODE, LAYOUT], job.signal, async (name, signal) => {
    const text = await preprocess(name, job, signal);
    const read = filesRead(text);
    const rewritten = rewrite(text, name, job.tree, read);
    const source = { file: join(job.work, `${name}.i`), read };
    writeFile(source.file, rewritten.text);
    const made = name === LAYOUT ? await printLayout(source, job, signal) : await compile(name, source, job, signal);
    return { made, read, unknown: rewritten.unknown };
  });
  const made = parts.map((part) => part.made);
  const inputs = new Set(parts.flatMap(({ read }) => [...read]));
  return {
    objects: made.slice(0, CODE.length),
    counting: CODE.map((name) => plainObject(name, job)),
    layout: made[CODE.length] ?? '',
    inputs: [...inputs].filter((file) => !file.startsWith(job.compiler.headers)).sort(),
    unknown: parts.flatMap(({ unknown }) => unknown.map((one) => `${placeText(one.place, job.tree)}: ${one.text}`)),
  };
}

/** A program that prints offsets has no machines. */
function rewrite(
  text: string,
  name: Part,
  tree: SourceTree,
  read: ReadonlySet<string>,
): { readonly text: string; readonly unknown: readonly UnknownInstruction[] } {
  if (name === LAYOUT) return rewriteAsm(text);
  const rewritten = rewriteSource(text, { file: join(tree.folder, FILES[name]), suffix: name });
  refuseShared(rewritten.shared, tree, read);
  return rewritten;
}

function placeText({ file, line }: Place, tree: SourceTree): string {
  return `${placeOf(file, tree)}:${line}`;
}

/** @throws {OwnCodeError} if machines would get into each other's way by a variable. */
function refuseShared(shared: readonly Shared[], tree: SourceTree, read: ReadonlySet<string>): void {
  if (shared.length === 0) return;
  const lines = shared.map(({ name, place }) => `  ${visible(placeText(place, tree))}: ${visible(name)}`);
  throw new TreeError(
    'ERR_CODE_TREE',
    [
      `Linux ${tree.version}, ${visible(tree.called)}, cannot be built: all machines of a process would share variables`,
      ...lines,
      'Make them static in the file that uses them: each machine has its own of those.',
    ].join('\n'),
    [...read],
  );
}

async function preprocess(name: Part, job: Job, signal: StopSignal): Promise<string> {
  const { tree, compiler, include } = job;
  const to = join(job.work, `${name}.pre.i`);
  const ours = packageFile('native/own-code');
  const folders = [join(ours, 'include'), ...INCLUDES.map((folder) => join(tree.folder, folder))];
  const args = [
    ...['-E', ...LANGUAGE, '-w', '-nostdinc', '-isystem', compiler.headers, '-D__KERNEL__', asKernel(tree)],
    `-DTREE_GMAP_C="${join(tree.folder, GMAP_C)}"`,
    `-DTREE_PGTABLE_C="${join(tree.folder, PGTABLE_C)}"`,
    ...folders.map((folder) => `-I${folder}`),
    ...(include === undefined ? [] : ['-include', include]),
    ...[join(ours, 'tree', `${name}.c`), '-o', to],
  ];
  await tell(`preprocessing ${fileOf(name)}`, job, [], () => run(compiler.c, args, { signal }));
  return readText(to);
}

async function compile(name: Part, { file, read }: Preprocessed, job: Job, signal: StopSignal): Promise<string> {
  const { c, objcopy } = job.compiler;
  const plain = plainObject(name, job);
  const object = join(job.work, `${name}.o`);
  const args = [...COMPILE, forDebuggers(job.tree), ...treeFlags(job), '-c', file, '-o', plain];
  // Paths of debug information are from here on.
  await tell(`compiling ${fileOf(name)}`, job, read, () => run(c, args, { signal, cwd: job.tree.folder }));
  // The names of the kernel's functions are apart from those of the C library, and of ours.
  await run(objcopy, ['--prefix-symbols=linux_', plain, object], { signal });
  const foreign = foreignNames(object, job);
  if (foreign.length > 0)
    await run(objcopy, [...foreign.flatMap((symbol) => ['--redefine-sym', `linux_${symbol}=${symbol}`]), object], {
      signal,
    });
  return object;
}

function plainObject(name: Part, { work }: Job): string {
  return join(work, `${name}.plain.o`);
}

/** Names that are not the kernel's: of the runtimes of sanitizers and of gcov, and those by which the linker marks where sections begin and end. */
function foreignNames(object: string, { sanitizer }: Job): string[] {
  const text = readBytes(object).toString('latin1');
  // Without that sanitizer these calls are hooks of ours.
  const isForeign = (name: string) => sanitizer === 'thread' || !name.startsWith('__tsan_');
  const names = text.matchAll(/linux_(__(?:asan|ubsan|tsan|start|stop|sanitizer_(?!cov_))\w*|llvm_gc\w*)/g);
  return [...new Set([...names].map(([, name = '']) => name))].filter(isForeign);
}

/** `__FILE__` is what the kernel makes of it, from the tree's folder on, wherever that is. */
function asKernel({ folder }: SourceTree): string {
  return `-fmacro-prefix-map=${folder}/=`;
}

/** For debuggers files are where they will be. */
function forDebuggers({ folder, place }: SourceTree): string {
  return `-fdebug-prefix-map=${folder}=${place}`;
}

/** Compiles and runs it. */
async function printLayout({ file, read }: Preprocessed, job: Job, signal: StopSignal): Promise<string> {
  const program = join(job.work, LAYOUT);
  const header = join(job.work, LAYOUT_H);
  await tell('compiling its structures', job, read, () =>
    run(job.compiler.c, [...COMPILE, '-O1', file, '-o', program], { signal }),
  );
  const [command = program, ...args] = [...(job.emulator ?? []), program];
  writeFile(header, await run(command, args, { signal }));
  return header;
}

function fileOf(name: Part): string {
  return name === LAYOUT ? 'its structures' : FILES[name];
}

/** @throws {OwnCodeError} that says what is wrong with the tree, where it is the tree. */
async function tell<Result>(
  doing: string,
  { tree, signal }: Job,
  read: Iterable<string>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CommandError && !signal?.aborted) throw complaint(doing, tree, error, read);
    throw error;
  }
}
