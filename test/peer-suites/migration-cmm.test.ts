// SPDX-License-Identifier: GPL-2.0-only
/**
 * kvm-unit-tests, migration-cmm: the usage states that a guest gave its pages are there after a migration. KVM's functions that read and
 * write them are not here: vtop reads them, and essa_set_usage writes them once the pages are there.
 */
import { expect } from 'vitest';
import { type Mm, type PageUsage, pageUsages, unwrap } from '../../lib/index.js';
import { HOST, newMachine, SEGMENT } from '../machine/fixture.js';
import { guestIn, laterKernels, pagesOf, peerTest } from './guest.js';

const PAGES = 128;
const states: readonly PageUsage[] = ['stable', 'unused', 'volatile', 'potentially-volatile'];

peerTest('kvm-unit-tests, migration-cmm', ['four states'], laterKernels, (kernel) => {
  const machine = newMachine({ kernel });
  const pages = pagesOf(0n, PAGES);
  const wanted = pages.map((_, i) => states[i % states.length]);
  const here = guestIn(machine.mm, { length: SEGMENT });
  for (const page of pages) here.store(page, 1n);
  for (const [i, page] of pages.entries()) here.mm.essaSetUsage(HOST + page, wanted[i] ?? 'stable');
  expect(usagesOf(here.mm, pages)).toEqual(wanted);

  const read = usagesOf(here.mm, pages);
  const there = guestIn(unwrap(machine.exec()), { length: SEGMENT });
  for (const page of pages) unwrap(there.gmap.fault(page, { write: true }));
  expect(usagesOf(there.mm, pages)).toEqual(pages.map(() => 'stable'));
  for (const [i, page] of pages.entries()) there.mm.essaSetUsage(HOST + page, read[i] ?? 'stable');
  expect(usagesOf(there.mm, pages)).toEqual(wanted);
});

function usagesOf(mm: Mm, pages: readonly bigint[]): (PageUsage | undefined)[] {
  return pages.map((page) => {
    const pgste = mm.inspect(HOST + page).pgste;
    return pgste && pageUsages[Number((pgste.value >> 24n) & 3n)];
  });
}
