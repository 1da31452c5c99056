// SPDX-License-Identifier: GPL-2.0-only
/** An addon with a fault in the port, to see that it is found. */
import { buildChangedAddon } from '../addon/changed-addon.js';

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

/** Compiles it below `folder`, and answers the file, for S390_GMAP_ADDON. */
export function buildMutantAddon(folder: string, id: string): string {
  const mutant = mutants.find((one) => one.id === id);
  if (!mutant) throw new Error(`there is no mutant ${id}`);
  return buildChangedAddon(folder, mutant.file, mutatedText(mutant));
}
