// SPDX-License-Identifier: GPL-2.0-only
/**
 * KVM selftests, dirty_log_test: every page that the guest wrote to since the last look is in the log, and no other; and each page has
 * the number of the round in which it was last written to.
 */
import { expect } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { RandomNumbers } from '../../lib/programs/random/numbers.js';
import { HOST, PAGE } from '../machine/fixture.js';
import { allKernels, guestOn, lookAtDirty, pagesOf, peerTest } from './guest.js';

const PAGES = 1024;
const ROUNDS = 32;
const WRITES = 256;

peerTest('KVM selftests, dirty_log_test', ['dirty-log'], allKernels, (kernel) => {
  const at = 0x4000_0000n;
  const guest = guestOn(kernel, { length: BigInt(PAGES) * PAGE, at });
  const random = new RandomNumbers(1);
  const hostPages = pagesOf(HOST, PAGES);
  const last = new Array<bigint>(PAGES).fill(1n);
  const write = (page: number, round: bigint) => {
    guest.store(at + BigInt(page) * PAGE, round);
    last[page] = round;
  };
  const log = () => hostPages.flatMap((address, page) => (lookAtDirty(guest, address) ? [page] : []));
  const all = [...hostPages.keys()];

  write(0, 1n);
  // One page, and not the whole segment.
  expect(log()).toEqual([0]);
  for (const page of all) write(page, 1n);
  expect(log()).toEqual(all);
  for (let round = 2n; round < 2 + ROUNDS; round++) {
    const written = new Set(Array.from({ length: WRITES }, () => random.below(PAGES)));
    for (const page of written) write(page, round);
    expect(log()).toEqual([...written].sort((a, b) => a - b));
    expect(hostPages.map((address) => unwrap(guest.mm.load(address)))).toEqual(last);
  }
  expect(log()).toEqual([]);
});
