// SPDX-License-Identifier: GPL-2.0-only
// The list of mutants: small faults, such as people make, that the fuzzer's oracles must find in the port.
import { readFileSync } from 'node:fs';
import { Failure } from '../../../scripts/steps.mjs';
import * as fault from './fault.mjs';
import * as gmap from './gmap.mjs';
import * as gmapMm from './gmap-mm.mjs';
import * as guestPage from './guest-page.mjs';
import { history as bugs } from './history.mjs';
import * as hugetlb from './hugetlb.mjs';
import * as mmap from './mmap.mjs';
import * as mprotect from './mprotect.mjs';
import * as mremap from './mremap.mjs';
import * as notify from './notify.mjs';
import * as pgalloc from './pgalloc.mjs';
import * as pgtable from './pgtable.mjs';
import * as processes from './process.mjs';
import * as radixTree from './radix-tree.mjs';
import * as shmem from './shmem.mjs';
import * as tlb from './tlb.mjs';
import * as vma from './vma.mjs';
import * as zap from './zap.mjs';

const lists = [
  gmap,
  notify,
  gmapMm,
  pgtable,
  guestPage,
  pgalloc,
  tlb,
  fault,
  zap,
  mmap,
  mprotect,
  mremap,
  hugetlb,
  processes,
  vma,
  shmem,
  radixTree,
];

/** Each: in `file`, `find`, which is there once, becomes `replace`. `smoke`: one of the few for CI, which are found fast. */
export const mutants = lists.flatMap(({ file, mutants }) =>
  mutants.map(({ smoke = false, ...mutant }) => ({ file, smoke, ...mutant })),
);

/** What Linux really had: as those above, with `upstream`, `since` and `effect`. */
export const history = bugs.map(({ like, ...bug }) => ({
  smoke: false,
  ...(like === undefined ? {} : mutants.find(({ id }) => id === like)),
  ...bug,
}));

/** The file's text with the fault in it. Throws if the place is not there any more, or there twice. */
export function mutatedText({ id, file, find, replace }) {
  const parts = readFileSync(file, 'utf8').split(find);
  if (parts.length === 2) return parts.join(replace);
  const places = parts.length === 1 ? 'is not there' : `is there ${parts.length - 1} times`;
  throw new Failure(
    `Mutant ${id} no longer applies: this ${places} in ${file}:\n${find}\nChange the mutant's text in native/fuzz/mutants/.`,
  );
}
