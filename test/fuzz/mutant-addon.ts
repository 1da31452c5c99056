// SPDX-License-Identifier: GPL-2.0-only
/** An addon with a fault in the port, to see that it is found. In a folder of its own: S390_GMAP_PREBUILD loads it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Mutant {
  readonly id: string;
  readonly file: string;
}
/** A script of the repository, which has no types. */
const list = new URL('../../native/fuzz/mutants/index.mjs', import.meta.url).href;
const { mutants, mutatedText } = (await import(list)) as {
  mutants: readonly Mutant[];
  mutatedText: (mutant: Mutant) => string;
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const lists = ['native/sources.txt', 'native/fuzz/sources.txt', 'native/addon/sources.txt'];

/** Compiles it below `folder`, and answers the folder for S390_GMAP_PREBUILD. */
export function buildMutantAddon(folder: string, id: string): string {
  const mutant = mutants.find((one) => one.id === id);
  if (!mutant) throw new Error(`there is no mutant ${id}`);
  const build = join(folder, 'build', 'Release');
  mkdirSync(build, { recursive: true });
  const mutated = join(folder, 'mutant.c');
  writeFileSync(mutated, mutatedText(mutant));
  const sources = lists
    .flatMap((list) => readFileSync(join(root, list), 'utf8').trim().split('\n'))
    .filter((source) => source !== mutant.file)
    .map((source) => join(root, source));
  const include = ['node_modules/node-api-headers/include', 'native'].map((path) => `-I${join(root, path)}`);
  const options = ['-std=c11', '-O1', '-w', '-shared', '-fPIC', '-DNAPI_VERSION=9', ...include];
  execFileSync(process.env.CC ?? 'cc', [...options, ...sources, mutated, '-o', join(build, 's390_gmap.node')]);
  return folder;
}
