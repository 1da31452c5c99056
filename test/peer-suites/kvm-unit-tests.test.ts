// SPDX-License-Identifier: GPL-2.0-only
/** kvm-unit-tests, s390x: what guests find in memory that they have cleared, moved, filled, or may not reach. */
import { expect } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { HOST, PAGE, SEGMENT } from '../machine/fixture.js';
import { allKernels, type Guest, guestOn, pagesOf, peerTest, wordsOf } from './guest.js';

const PATTERN = 0x2a2a_2a2a_2a2a_2a2an;

function fill({ store }: Guest, start: bigint, length: bigint): void {
  for (const word of wordsOf(start, length)) store(word, PATTERN);
}

/** What KVM does for the guest: it clears at the process's addresses. */
function clear({ mm }: Guest, start: bigint, length: bigint): void {
  for (const word of wordsOf(HOST + start, length)) unwrap(mm.store(word, 0n));
}

/** The values that there are in an area of the guest. */
const valuesIn = ({ load }: Guest, start: bigint, length: bigint) => [...new Set(wordsOf(start, length).map(load))];

peerTest('kvm-unit-tests, pfmf', ['4K clear'], allKernels, (kernel) => {
  const guest = guestOn(kernel, { length: 2n * SEGMENT });
  fill(guest, SEGMENT - PAGE, 3n * PAGE);
  clear(guest, SEGMENT, PAGE);
  expect(valuesIn(guest, SEGMENT, PAGE)).toEqual([0n]);
  for (const page of [SEGMENT - PAGE, SEGMENT + PAGE]) expect(valuesIn(guest, page, PAGE)).toEqual([PATTERN]);
});

peerTest('kvm-unit-tests, pfmf', ['1M clear'], allKernels, (kernel) => {
  const guest = guestOn(kernel, { length: 3n * SEGMENT });
  fill(guest, SEGMENT - PAGE, SEGMENT + 2n * PAGE);
  clear(guest, SEGMENT, SEGMENT);
  expect(valuesIn(guest, SEGMENT, SEGMENT)).toEqual([0n]);
  for (const page of [SEGMENT - PAGE, 2n * SEGMENT]) expect(valuesIn(guest, page, PAGE)).toEqual([PATTERN]);
});

peerTest('kvm-unit-tests, intercept', ['test block'], allKernels, (kernel) => {
  const guest = guestOn(kernel, { length: SEGMENT });
  fill(guest, 8n * PAGE, PAGE);
  clear(guest, 8n * PAGE, PAGE);
  // A page that the guest has not touched yet is cleared as well.
  clear(guest, 9n * PAGE, PAGE);
  for (const page of [8n * PAGE, 9n * PAGE]) expect(valuesIn(guest, page, PAGE)).toEqual([0n]);
});

peerTest('kvm-unit-tests, mvpg', ['cold pages', 'warm pages', 'outside of memory'], allKernels, (kernel) => {
  const { gmap, load, store } = guestOn(kernel, { length: 16n * SEGMENT });
  const source = PAGE;
  const offsets = wordsOf(0n, PAGE);
  const content = offsets.map((offset) => BigInt.asUintN(64, (offset / 8n) * 0x0101_0101_0101_0101n));
  for (const [i, offset] of offsets.entries()) store(source + offset, content[i] ?? 0n);
  const moveTo = (page: bigint) => {
    for (const offset of offsets) store(page + offset, load(source + offset));
  };
  const targets = pagesOf(8n * SEGMENT, 8);
  for (const page of targets) {
    expect(gmap.load(page)).toMatchObject({ ok: false });
    moveTo(page);
    expect(wordsOf(page, PAGE).map(load)).toEqual(content);
  }
  for (const page of targets) for (const word of wordsOf(page, PAGE)) store(word, 0n);
  for (const page of targets) {
    moveTo(page);
    expect(wordsOf(page, PAGE).map(load)).toEqual(content);
  }
  const outside = 0xffff_ffff_ffff_f000n;
  const notThere = { ok: false, error: { code: 'ASCE_TYPE', fault: { code: 'EFAULT' } } };
  expect(gmap.load(outside, { fault: true })).toMatchObject(notThere);
  expect(gmap.store(outside, 0n, { fault: true })).toMatchObject(notThere);
});

// What the suite asks of the guest of a guest, asked of a guest.
peerTest('kvm-unit-tests, sie-dat', ['contents and end of memory, one level up'], allKernels, (kernel) => {
  const { mm, gmap, store } = guestOn(kernel, { length: 2n * SEGMENT, limit: 2n ** 64n - 1n });
  const pages = pagesOf(0x2_0000n, 10);
  for (const [i, page] of pages.entries()) store(page, 42n + BigInt(i));
  expect(pages.map((page) => unwrap(mm.load(HOST + page)))).toEqual(pages.map((_, i) => 42n + BigInt(i)));
  expect(gmap.store(2n * SEGMENT, 42n)).toMatchObject({ ok: false, error: { code: 'SEGMENT_TRANSLATION' } });
});

// Condition codes of TPROT, asked of the host's tables in place of the guest's own.
peerTest('kvm-unit-tests, tprot', ['writable', 'read-only', 'not there'], allKernels, (kernel) => {
  const { mm, gmap, load, store } = guestOn(kernel, { length: SEGMENT });
  const page = 5n * PAGE;
  const protect = (write: boolean) => unwrap(mm.mprotect(HOST + page, PAGE, { read: true, write, exec: false }));
  const canStore = (gaddr: bigint) => gmap.walk(gaddr, { store: true });
  store(page, 1n);
  expect(canStore(page)).toMatchObject({ ok: true });

  protect(false);
  expect(canStore(page)).toMatchObject({ ok: false });
  expect(gmap.walk(page)).toMatchObject({ ok: true });
  expect(gmap.store(page, 2n, { fault: true })).toMatchObject({ ok: false });
  expect(load(page)).toBe(1n);

  protect(true);
  store(page, 3n);
  expect(canStore(page)).toMatchObject({ ok: true });

  unwrap(mm.dontNeed(HOST + page, PAGE));
  expect(gmap.walk(page)).toMatchObject({ ok: false, error: { code: 'PAGE_TRANSLATION' } });
  expect(gmap.walk(SEGMENT)).toMatchObject({ ok: false, error: { code: 'SEGMENT_TRANSLATION' } });
});
