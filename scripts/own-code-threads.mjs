// SPDX-License-Identifier: GPL-2.0-only
// Two codes in one process, ten machines of each at a time, under ThreadSanitizer: no races, and nothing is other than alone.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, root, step } from './steps.mjs';

const SOURCES = ['native/own-code/test/run_programs.c'];
const PROGRAM = 'native/own-code/test/threads.c';
const FLAGS = ['-std=c11', '-g', '-O1', '-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror', '-fsanitize=thread'];

/** A library of each code: what `threads` takes, kernel and file. */
async function buildLibraries(kernels, work) {
  const { requireCode } = await import(`${root}dist/own-code/cache.js`);
  const { buildProgram } = await import(`${root}dist/own-code/build/program.js`);
  const sources = SOURCES.map((file) => join(root, file));
  const pairs = [];
  for (const name of kernels) {
    const code = requireCode(name);
    const folder = join(work, name);
    mkdirSync(folder);
    const options = { sources, compiler: 'clang', counted: false, hooks: true, forThreads: true };
    const { program } = await buildProgram(code, folder, options);
    pairs.push(code.kernel, program);
  }
  return pairs;
}

/** The codes of these names must be built. @throws {Failure} */
export async function testThreads(kernels) {
  const work = mkdtempSync(join(tmpdir(), 's390-gmap-threads-'));
  try {
    const pairs = await buildLibraries(kernels, work);
    const program = join(work, 'threads');
    await step('compile the program', 'clang', [...FLAGS, '-Inative', PROGRAM, '-o', program, '-ldl', '-lpthread']);
    const planted = spawnSync(program, ['--race', ...pairs], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (!/WARNING: ThreadSanitizer: data race[\s\S]*run_programs\.c/.test(planted.stderr)) {
      const how = planted.signal ?? planted.status;
      throw new Failure(
        `A planted race was not found (it ended with ${how}): the search does not work.\n${planted.stderr}`,
      );
    }
    console.log((await step('codes in threads, under TSan', program, pairs)).trim());
  } finally {
    rmSync(work, { recursive: true });
  }
}
