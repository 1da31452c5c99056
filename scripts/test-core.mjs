// SPDX-License-Identifier: GPL-2.0-only
// The tests of the core and of the fuzzer with nothing but a C compiler. (CI runs the same files by cmake and ctest, under
// sanitizers.)
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { attempt, root, step } from './steps.mjs';

const out = 'out/tests';
const cc = `${process.env.CC ?? 'cc'} -std=c11 -g -O1 -Wall -Wextra -I${root}native`;

/** Compiles and runs the programs of native/core/test and native/fuzz/test. Answers how many tests passed and failed. */
export async function testCore() {
  const core = await compileSources('core', 'native/sources.txt');
  const fuzzer = await compileSources('fuzzer', 'native/fuzz/sources.txt');
  const total = { passed: 0, failed: 0 };
  for (const [part, folder, objects] of [
    ['core', 'native/core/test', core],
    ['fuzzer', 'native/fuzz/test', `${core} ${fuzzer}`],
  ]) {
    for (const file of readdirSync(folder).filter((name) => /^test_.*\.c$/.test(name))) {
      const { passed, failed } = await runProgram(part, `${folder}/${file}`, objects);
      total.passed += passed;
      total.failed += failed;
    }
  }
  return total;
}

/** Answers the objects. */
async function compileSources(part, list) {
  const folder = `${out}/${part}`;
  mkdirSync(folder, { recursive: true });
  const sources = readFileSync(list, 'utf8').trim().split('\n');
  const compile = `${cc} -c ${sources.map((source) => `'${root}${source}'`).join(' ')}`;
  await step(`compile the ${part} for its tests`, 'sh', ['-c', compile], { cwd: folder });
  return sources.map((source) => `${folder}/${basename(source, '.c')}.o`).join(' ');
}

async function runProgram(part, source, objects) {
  const name = basename(source, '.c');
  const program = `${out}/${part}/${name}`;
  const compile = `${cc} ${source} ${objects} -o ${program} -pthread`;
  const { output, failure } = await attempt(`${part}: ${name}`, 'sh', ['-c', `${compile} && ${program}`]);
  // A program that does not count its tests is one; one that crashed has not said which of them failed.
  const tests = Number(/^(\d+) tests, \d+ failures$/m.exec(output)?.[1] ?? 1);
  const failed = (output.match(/^FAILED /gm) ?? []).length || (failure ? 1 : 0);
  return { passed: tests - failed, failed };
}
