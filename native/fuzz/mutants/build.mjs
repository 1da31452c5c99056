// SPDX-License-Identifier: GPL-2.0-only
// Compiles the fuzzer: each file once, and of a mutant only the file that it changes.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { Failure } from '../../../scripts/steps.mjs';
import { mutatedText } from './index.mjs';

const out = 'out/mutants';
const [cc, ...ccFlags] = (process.env.CC ?? 'cc').split(' ');
/** No warnings: a mutant may leave a variable or a function unused. */
const flags = ['-std=c11', '-O1', '-w', '-pthread', '-Inative'];

const listed = (list) => readFileSync(list, 'utf8').trim().split('\n');
const allSources = () => [
  ...listed('native/sources.txt'),
  ...listed('native/fuzz/sources.txt'),
  'native/fuzz/targets/main.c',
];

const objectOf = (source) => `${out}/${source.replaceAll('/', '_').replace(/\.c$/, '.o')}`;
const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

async function runCompiler(args) {
  try {
    await promisify(execFile)(cc, [...ccFlags, ...flags, ...args]);
  } catch (error) {
    throw new Failure(`The compiler failed:\n  ${cc} ${args.join(' ')}\n${error.stderr ?? error.message}`);
  }
}

const compile = (source, object) => runCompiler(['-c', source, '-o', object]);
const link = (objects, program) => runCompiler([...objects, '-o', program]);

/** The sources that have to be compiled, because they or any header are newer than what is there. */
function outdatedSources() {
  const headers = readdirSync('native', { recursive: true }).filter((path) => /\.(h|def)$/.test(path));
  const newest = Math.max(...headers.map((path) => modified(`native/${path}`)));
  return allSources().filter((source) => modified(objectOf(source)) <= Math.max(newest, modified(source)));
}

/** Compiles what all mutants share, and links the fuzzer of the unchanged port. Answers the program. */
export async function buildUnchanged(forEach) {
  mkdirSync(out, { recursive: true });
  await forEach(outdatedSources(), (source) => compile(source, objectOf(source)));
  await link(allSources().map(objectOf), `${out}/fuzz_main`);
  return `${out}/fuzz_main`;
}

/** The fuzzer of a mutant. Answers the program. */
export async function buildMutant(mutant) {
  const folder = `${out}/${mutant.id}`;
  const [source, object] = [`${folder}/${basename(mutant.file)}`, `${folder}/changed.o`];
  mkdirSync(folder, { recursive: true });
  writeFileSync(source, mutatedText(mutant));
  await compile(source, object);
  const objects = allSources().map((file) => (file === mutant.file ? object : objectOf(file)));
  await link(objects, `${folder}/fuzz_main`);
  return `${folder}/fuzz_main`;
}

/** Answers the path of a file with the input. */
export function saveInput({ id }, input) {
  const path = `${out}/${id}/input`;
  writeFileSync(path, input);
  return path;
}

export const removeMutant = ({ id }) => rmSync(`${out}/${id}`, { recursive: true, force: true });
