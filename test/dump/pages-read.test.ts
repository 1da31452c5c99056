// SPDX-License-Identifier: GPL-2.0-only
/** What is read of a dump depends on what is asked, not on how large it is. `npm run bench -- dumps` has the times. */
import { expect, it } from 'vitest';
import { count, fixture, fixtureOf, kernels, open, parts, writeElf, writeKdump, writer } from './fixture.js';

/** Of a small state. */
const MOST_PAGES = 300;

function pagesRead(path: string, types = fixture): { readonly list: number; readonly check: number } {
  using dump = open(path, types);
  const list = dump.pagesRead;
  expect(dump.gmaps.length).toBeGreaterThan(0);
  dump.check();
  return { list, check: dump.pagesRead };
}

it.each(kernels)('the list and the check of a small state of %s read few pages', (kernel) => {
  const its = fixtureOf(kernel);
  const { list, check } = pagesRead(its.dump, its);
  expect(list).toBeGreaterThan(0);
  expect(check).toBeGreaterThan(list);
  expect(check).toBeLessThanOrEqual(MOST_PAGES);
});

it('a machine sixteen times as large takes no more', () => {
  const { pages, notes } = parts();
  const write = writer();
  const small = pagesRead(write(writeKdump(pages, notes, { count })));
  expect(pagesRead(write(writeKdump(pages, notes, { count: 16 * count })))).toEqual(small);
  expect(pagesRead(write(writeElf(pages, notes)))).toEqual(small);
});
