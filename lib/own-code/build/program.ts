// SPDX-License-Identifier: GPL-2.0-only
/** Programs, and libraries of them, in which a code runs without Node: to count the lines that run, for benchmarks, for races. */
import { join } from 'node:path';
import { run } from '../../kernel/command.js';
import type { OnProgress } from '../../kernel/progress.js';
import type { StopSignal } from '../../stop-signal.js';
import type { BuiltCode } from '../cache.js';
import { compileTree, type Job } from './compile-tree.js';
import { findCompiler, SANITIZE } from './compiler.js';
import { asOurs, compileOurs } from './objects.js';
import { machineSources } from './our-sources.js';
import { openSource, type SourceTree } from './tree.js';

export interface Program {
  readonly program: string;
  /** Objects of the tree's files: what they count is written beside them when the program ends. */
  readonly objects: readonly string[];
  readonly tree: SourceTree;
}

export interface ProgramOptions {
  /** The files that are not of the machine, `main()` among them; absolute paths. */
  readonly sources: readonly string[];
  /** The name or path of a C compiler. */
  readonly compiler: string;
  /** Whether the code counts how often each of its lines runs. gcov of one compiler does not read what another's has written. */
  readonly counted: boolean;
  /** Whether stores are told, without which there are no snapshots. */
  readonly hooks: boolean;
  /** Whether it is a library for a program that is built with the thread sanitizer. */
  readonly forThreads?: boolean;
  /** What runs programs of the compiler's system, if that is not this one: a command and its first arguments. */
  readonly emulator?: readonly string[];
  readonly onProgress?: OnProgress;
  readonly signal?: StopSignal | undefined;
}

/**
 * Builds it in the folder `work`, of what the code was built from.
 *
 * @throws {OwnCodeError | LiveKernelError} as builds of codes do.
 */
export async function buildProgram(code: BuiltCode, work: string, options: ProgramOptions): Promise<Program> {
  const { sources, counted, hooks, forThreads = false, signal, onProgress = () => {} } = options;
  const compiler = await findCompiler({ program: options.compiler, sanitize: false, addon: false });
  const tree = treeOf(code);
  const sanitizer = forThreads ? 'thread' : undefined;
  const job: Job = {
    ...{ tree, compiler, hooks, sanitizer, counted, work, signal },
    include: code.include,
    ...(options.emulator && { emulator: options.emulator }),
  };
  onProgress({ step: "compile the tree's code" });
  const compiled = await compileTree(job);
  const ours = await compileOurs(job, [...machineSources(), ...sources], compiled.layout, (done, total) => {
    onProgress({ step: `compile the machine: ${done} of ${total} files`, fraction: done / total });
  });
  const program = join(work, 'program');
  const args = [
    ...[...compiled.objects, ...ours.objects],
    ...(counted ? ['--coverage'] : []),
    ...(forThreads ? ['-shared', '-Wl,-Bsymbolic', SANITIZE.thread] : []),
    ...['-o', program],
  ];
  onProgress({ step: 'link it' });
  await asOurs('linking', () => run(compiler.c, args, { signal }));
  return { program, objects: compiled.counting, tree };
}

function treeOf({ tree, folder, from }: BuiltCode): SourceTree {
  return tree === undefined ? openSource(join(folder, 'tree'), { called: from }) : openSource(tree);
}
