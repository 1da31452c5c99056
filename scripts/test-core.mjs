// SPDX-License-Identifier: GPL-2.0-only
// The tests of the core and of the fuzzer, with the objects of which the addon is made. (CI runs the same files by cmake and
// ctest, under sanitizers. With nothing but a C compiler: docs/testing.md.)
import { mkdirSync, readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { CORE, FUZZER, objectOf, objectsOf } from './objects.mjs';
import { attempt, inParallel, step } from './steps.mjs';

const out = 'out/tests';
/** Their harness, and memory that fails where a test says so. */
const harness = ['test', 'memory_fails'];
const harnessObjects = harness.map((name) => `${out}/${name}.o`);
const memory = objectOf('native/core/machine/memory.c');
const cc = `${process.env.CC ?? 'cc'} -std=c11 -O1 -Wall -Wextra -Inative`;

/** Compiles and runs the programs of native/core/test and native/fuzz/test. Answers how many tests passed and failed. */
export async function testCore() {
  mkdirSync(out, { recursive: true });
  const compile = harness.map((name, i) => `${cc} -c native/core/test/${name}.c -o ${harnessObjects[i]}`);
  await step("compile the tests' harness", 'sh', ['-c', compile.join(' && ')]);
  const total = { passed: 0, failed: 0 };
  await inParallel(programs(), async (program) => {
    const { passed, failed } = await runProgram(program);
    total.passed += passed;
    total.failed += failed;
  });
  return total;
}

function programs() {
  return [
    ['core', 'native/core/test', objectsOf(CORE)],
    ['fuzzer', 'native/fuzz/test', objectsOf(CORE, FUZZER)],
  ].flatMap(([part, folder, objects]) =>
    readdirSync(folder)
      .filter((name) => /^test_.*\.c$/.test(name))
      .map((name) => ({ title: `${part}: ${basename(name, '.c')}`, source: `${folder}/${name}`, objects })),
  );
}

async function runProgram({ title, source, objects }) {
  const program = `${out}/${title.replace(': ', '_')}`;
  const linked = [...harnessObjects, ...objects.filter((object) => object !== memory)];
  const compile = `${cc} ${source} ${linked.join(' ')} -o ${program} -pthread`;
  const { output, failure } = await attempt(title, 'sh', ['-c', `${compile} && ${program}`]);
  // A program that does not count its tests is one; one that crashed has not said which of them failed.
  const tests = Number(/^(\d+) tests, \d+ failures$/m.exec(output)?.[1] ?? 1);
  const failed = (output.match(/^FAILED /gm) ?? []).length || (failure ? 1 : 0);
  return { passed: tests - failed, failed };
}
