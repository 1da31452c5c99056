// SPDX-License-Identifier: GPL-2.0-only
// The core's own tests with nothing but a C compiler. (CI runs the same files by cmake and ctest, under sanitizers.)
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { attempt, step } from './steps.mjs';

const out = 'build-core';
const cc = `${process.env.CC ?? 'cc'} -std=c11 -g -O1 -Wall -Wextra`;

/** Compiles and runs each program of native/core/test. Answers how many tests passed and failed. */
export async function testCore() {
  mkdirSync(out, { recursive: true });
  const objects = await compileCore();
  const total = { passed: 0, failed: 0 };
  for (const file of readdirSync('native/core/test').filter((name) => /^test_.*\.c$/.test(name))) {
    const { passed, failed } = await runProgram(basename(file, '.c'), objects);
    total.passed += passed;
    total.failed += failed;
  }
  return total;
}

async function compileCore() {
  const sources = readFileSync('native/sources.txt', 'utf8').trim().split('\n');
  const compile = `${cc} -c ${sources.map((source) => `../${source}`).join(' ')}`;
  await step('compile the core for its tests', 'sh', ['-c', compile], { cwd: out });
  return sources.map((source) => `${out}/${basename(source, '.c')}.o`).join(' ');
}

async function runProgram(name, objects) {
  const program = `${out}/${name}`;
  const compile = `${cc} native/core/test/${name}.c ${objects} -o ${program} -pthread`;
  const { output, failure } = await attempt(`core: ${name}`, 'sh', ['-c', `${compile} && ${program}`]);
  // A program that does not count its tests is one; one that crashed has not said which of them failed.
  const tests = Number(/^(\d+) tests, \d+ failures$/m.exec(output)?.[1] ?? 1);
  const failed = (output.match(/^FAILED /gm) ?? []).length || (failure ? 1 : 0);
  return { passed: tests - failed, failed };
}
