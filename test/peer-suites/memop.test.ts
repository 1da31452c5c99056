// SPDX-License-Identifier: GPL-2.0-only
/** KVM selftests, memop: the host reads and writes what the guest has, and neither reaches what it has not. */
import { expect } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { HOST, SEGMENT } from '../machine/fixture.js';
import { allKernels, guestOn, peerTest, wordsOf } from './guest.js';

const LENGTH = 2n * SEGMENT;

peerTest('KVM selftests, memop', ['simple copy'], allKernels, (kernel) => {
  const { mm, load, store } = guestOn(kernel, { length: LENGTH });
  const [from, to] = [0x4_0000n, 0x14_0000n];
  const offsets = wordsOf(0n, 0x1_0000n);
  const value = (offset: bigint) => BigInt.asUintN(64, offset * 0x9e37_79b9_7f4a_7c15n);
  for (const offset of offsets) unwrap(mm.store(HOST + from + offset, value(offset)));
  for (const offset of offsets) store(to + offset, load(from + offset));
  expect(offsets.filter((offset) => unwrap(mm.load(HOST + to + offset)) !== value(offset))).toEqual([]);
});

peerTest('KVM selftests, memop', ['generic error checks'], allKernels, (kernel) => {
  const { gmap } = guestOn(kernel, { length: LENGTH });
  // Behind its memory, and beyond what its tables reach. KVM handles both, and makes an addressing exception of -EFAULT.
  for (const [address, code] of [
    [LENGTH, 'SEGMENT_TRANSLATION'],
    [0xffff_ffff_ffff_f000n, 'ASCE_TYPE'],
  ] as const) {
    const notThere = { ok: false, error: { code, fault: { code: 'EFAULT' } } };
    expect(gmap.store(address, 1n, { fault: true })).toMatchObject(notThere);
    expect(gmap.load(address, { fault: true })).toMatchObject(notThere);
  }
});
