// SPDX-License-Identifier: GPL-2.0-only
// Links the fuzzer from the objects of the addon; of a mutant only the file that it changes is compiled.
import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { CORE, FUZZER, listed, objectOf } from '../../../scripts/objects.mjs';
import { Failure } from '../../../scripts/steps.mjs';
import { mutatedText } from './index.mjs';

const out = 'out/mutants';
const main = `${out}/main.o`;
const [cc, ...ccFlags] = (process.env.CC ?? 'cc').split(' ');
/** No warnings: a mutant may leave a variable or a function unused. */
const flags = ['-std=c11', '-O2', '-w', '-pthread', '-Inative'];

async function runCompiler(args) {
  try {
    await promisify(execFile)(cc, [...ccFlags, ...flags, ...args]);
  } catch (error) {
    throw new Failure(`The compiler failed:\n  ${cc} ${args.join(' ')}\n${error.stderr ?? error.message}`);
  }
}

const compile = (source, object) => runCompiler(['-c', source, '-o', object]);

/** Links the fuzzer, with the object instead of that of the source `changed`. */
async function link(program, changed, object) {
  const objects = listed(CORE, FUZZER).map((source) => (source === changed ? object : objectOf(source)));
  await runCompiler([...objects, main, '-o', program]);
  return program;
}

/** The fuzzer of the unchanged port; the first thing to be built. Needs scripts/build.mjs. Answers the program. */
export async function buildUnchanged() {
  mkdirSync(out, { recursive: true });
  await compile('native/fuzz/targets/main.c', main);
  return link(`${out}/fuzz_main`);
}

/** The fuzzer of a mutant. Answers the program. */
export async function buildMutant(mutant) {
  const folder = `${out}/${mutant.id}`;
  const [source, object] = [`${folder}/${basename(mutant.file)}`, `${folder}/changed.o`];
  mkdirSync(folder, { recursive: true });
  writeFileSync(source, mutatedText(mutant));
  await compile(source, object);
  return link(`${folder}/fuzz_main`, mutant.file, object);
}

/** Answers the path of a file with the input. */
export function saveInput({ id }, input) {
  const path = `${out}/${id}/input`;
  writeFileSync(path, input);
  return path;
}

export const removeMutant = ({ id }) => rmSync(`${out}/${id}`, { recursive: true, force: true });
