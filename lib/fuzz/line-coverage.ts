// SPDX-License-Identifier: GPL-2.0-only
/** Compiles the core with clang's source-based coverage, runs a corpus on it, and has llvm-cov tell what was reached. */
import { execFile } from 'node:child_process';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Skipped } from '../files/below.js';
import { makeFolder, namesIn, withTemporaryFolder } from '../files/folders.js';
import { packageFile } from '../files/package-file.js';
import { readText } from '../files/read.js';
import { writeFile } from '../files/write.js';
import { packageRoot } from '../package-root.js';
import { visible } from '../visible.js';
import { CorpusFolder, nameOfInput } from './corpus.js';
import type { FileCoverage } from './file-coverage.js';

/** A tool is missing, or did not work: the message says which. */
export class CoverageError extends Error {
  override readonly name = 'CoverageError';
}

/** Is told of each step, and of what in the corpus is no file. */
export interface CoverageProgress {
  readonly onStep: (step: string) => void;
  readonly onSkipped: (skipped: Skipped) => void;
}

const run = promisify(execFile);
const MAX_BUFFER = 1 << 28;
/** Files of one run of the program: a command line has an end. */
const BATCH = 2000;
/** Debian has the tools under names with a version too. */
const VERSIONS = ['', ...Array.from({ length: 9 }, (_, i) => `-${22 - i}`)];

/**
 * Runs the inputs and traces of the folder `corpus`, and writes pages about all files of native/core into the folder
 * `output`. Answers their numbers, the port's files first.
 *
 * @throws {CoverageError}
 */
export async function measureCoverage(
  corpus: string,
  output: string,
  { onStep, onSkipped }: CoverageProgress,
): Promise<FileCoverage[]> {
  const tools = await findTools();
  return withTemporaryFolder('cover', async (work) => {
    onStep('compile');
    const program = await compile(tools, work);
    onStep('run the corpus');
    await runCorpus(program, new CorpusFolder(corpus, onSkipped), work);
    onStep('write the pages');
    return report(tools, program, work, resolve(output));
  });
}

/** The programs of clang and llvm; all of one version, since they read each other's files. */
export interface Tools {
  readonly clang: string;
  readonly profdata: string;
  readonly cov: string;
}

/** @throws {CoverageError} if they are not there. */
export async function findTools(): Promise<Tools> {
  for (const version of VERSIONS) {
    const tools = { clang: `clang${version}`, profdata: `llvm-profdata${version}`, cov: `llvm-cov${version}` };
    const there = await Promise.all(Object.values(tools).map(isThere));
    if (there.every(Boolean)) return tools;
  }
  throw new CoverageError(
    'clang, llvm-profdata and llvm-cov are needed with the runtimes of clang (Debian: apt-get install clang llvm libclang-rt-14-dev)',
  );
}

async function isThere(tool: string): Promise<boolean> {
  try {
    await run(tool, ['--version']);
    return true;
  } catch (error) {
    // Not all of them know --version.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Runs a program, and answers what it prints. @throws {CoverageError} with its words. */
export async function call(
  tool: string,
  args: readonly string[],
  { cwd = packageRoot, env = {} }: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  try {
    const { stdout } = await run(tool, [...args], { cwd, maxBuffer: MAX_BUFFER, env: { ...process.env, ...env } });
    return stdout;
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new CoverageError(
      `${basename(tool)} failed: ${(stderr || message).trim().split('\n').slice(0, 5).join('\n')}`,
    );
  }
}

const listed = (list: string) => readText(packageFile(list)).trim().split('\n');

async function compile({ clang }: Tools, work: string): Promise<string> {
  const program = join(work, 'fuzz_cover');
  const options = ['-std=c11', '-O1', '-DNDEBUG', '-fprofile-instr-generate', '-fcoverage-mapping'];
  const sources = [...listed('native/sources.txt'), ...listed('native/fuzz/sources.txt'), 'native/fuzz/targets/main.c'];
  await call(clang, [...options, '-Inative', ...sources, '-o', program]);
  return program;
}

/**
 * Runs the program of `native/fuzz/targets/main.c` on all files of a corpus, below the folder `work`: once without and once with
 * what judging switches on, events and the checks of locks. `more`: what else it is told.
 *
 * @throws {CoverageError}
 */
export async function runCorpus(
  program: string,
  corpus: CorpusFolder,
  work: string,
  more: readonly string[] = [],
): Promise<void> {
  const folder = join(work, 'inputs');
  makeFolder(folder);
  const files = corpus.news().map(({ input }) => {
    const path = join(folder, nameOfInput(input));
    writeFile(path, input);
    return path;
  });
  if (files.length === 0) throw new CoverageError(`there is nothing in ${visible(corpus.path)}`);
  for (let i = 0; i < files.length; i += BATCH) {
    const batch = files.slice(i, i + BATCH);
    for (const way of ['--bare', '--pass'])
      await call(program, [...more, way, ...batch], { env: { LLVM_PROFILE_FILE: join(work, `${i}${way}.profraw`) } });
  }
}

/** What llvm-cov export says of a file, as far as it matters here. */
interface ExportedFile {
  readonly filename: string;
  readonly summary: {
    readonly lines: { readonly covered: number; readonly count: number };
    readonly branches: { readonly covered: number; readonly count: number };
  };
}

async function report(
  { profdata, cov }: Tools,
  program: string,
  work: string,
  output: string,
): Promise<FileCoverage[]> {
  const profile = join(work, 'all.profdata');
  const raw = namesIn(work).filter((name) => name.endsWith('.profraw'));
  await call(profdata, ['merge', '-o', profile, ...raw.map((name) => join(work, name))]);
  const common = [program, `-instr-profile=${profile}`, '-ignore-filename-regex=native/(fuzz|abi)/'];
  await call(cov, ['show', ...common, '-format=html', '-show-branches=count', `-output-dir=${output}`]);
  const { data } = JSON.parse(await call(cov, ['export', '-summary-only', ...common])) as {
    data: { files: ExportedFile[] }[];
  };
  const files = (data[0]?.files ?? []).map(({ filename, summary: { lines, branches } }) => ({
    file: filename.slice(filename.indexOf('native/')),
    lines: { covered: lines.covered, count: lines.count },
    branches: { covered: branches.covered, count: branches.count },
  }));
  return files.sort((a, b) => rank(a.file) - rank(b.file) || (a.file < b.file ? -1 : 1));
}

/** The port, then what is around it. */
function rank(file: string): number {
  const order = ['gmap.c', 'gmap_notify.c', 'gmap_mm.c', 'pgtable.c'];
  const place = order.indexOf(basename(file));
  return place < 0 ? order.length : place;
}
