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

/** The object of the source with the change in it. */
async function compileChanged(folder, change) {
  const [source, object] = [`${folder}/${basename(change.file)}`, `${folder}/changed.o`];
  mkdirSync(folder, { recursive: true });
  writeFileSync(source, mutatedText(change));
  await compile(source, object);
  return object;
}

/** Objects of changed sources, which all fuzzers have. */
const changed = new Map();

async function link(program, objects = changed) {
  const all = listed(CORE, FUZZER).map((source) => objects.get(source) ?? objectOf(source));
  await runCompiler([...all, main, '-o', program]);
  return program;
}

/** Programs are made from all entries of the corpus alike, whatever they cost: to compare with. */
export const picksAlike = {
  id: 'picks-alike',
  file: 'native/fuzz/engine/fuzz.c',
  find: 'tries < MOST_TRIES',
  replace: 'tries < 0',
};

/**
 * The fuzzer of the unchanged port; the first thing to be built. Needs scripts/build.mjs. Answers the program.
 * `changes` are made to the fuzzer itself, and those of mutants have them too.
 */
export async function buildUnchanged(...changes) {
  mkdirSync(out, { recursive: true });
  await compile('native/fuzz/targets/main.c', main);
  for (const change of changes) changed.set(change.file, await compileChanged(`${out}/${change.id}`, change));
  return link(`${out}/fuzz_main${changes.map(({ id }) => `-${id}`).join('')}`);
}

/** The fuzzer of a mutant. Answers the program. */
export async function buildMutant(mutant) {
  const folder = `${out}/${mutant.id}`;
  const object = await compileChanged(folder, mutant);
  return link(`${folder}/fuzz_main`, new Map([...changed, [mutant.file, object]]));
}

/** Answers the path of a file with the input. */
export function saveInput({ id }, input) {
  const path = `${out}/${id}/input`;
  writeFileSync(path, input);
  return path;
}

export const removeMutant = ({ id }) => rmSync(`${out}/${id}`, { recursive: true, force: true });
