// SPDX-License-Identifier: GPL-2.0-only
/** KVM selftests, ucontrol: what a guest without a limit meets at an address that comes and goes. */
import { expect } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { HOST, SEGMENT } from '../machine/fixture.js';
import { allKernels, guestOn, peerTest } from './guest.js';

const SEGMENT_TRANSLATION = 0x10;

peerTest('KVM selftests, ucontrol', ['uc_map_unmap'], allKernels, (kernel) => {
  const { mm, gmap } = guestOn(kernel, { length: 4n * SEGMENT, limit: 2n ** 64n - 1n });
  unwrap(mm.mmap({ address: HOST + 4n * SEGMENT, length: 2n * SEGMENT }));
  unwrap(gmap.fault(0n));
  const to = 4n * SEGMENT;
  const from = HOST + to;
  const store = (fault: boolean) => gmap.store(to, 0x55n, { fault });
  const notThere = { ok: false, error: { interruption: SEGMENT_TRANSLATION } };

  expect(store(false)).toMatchObject(notThere);
  // Between two segments nothing can be mapped.
  expect(gmap.mapSegment({ from: from + 1n, to: to + 1n, length: 2n * SEGMENT })).toMatchObject({
    error: { code: 'EINVAL' },
  });
  expect(store(false)).toMatchObject(notThere);

  unwrap(gmap.mapSegment({ from, to, length: 2n * SEGMENT }));
  expect(store(true).ok).toBe(true);
  expect([gmap.load(to), mm.load(from)].map(unwrap)).toEqual([0x55n, 0x55n]);

  unwrap(gmap.unmapSegment({ to, length: 2n * SEGMENT }));
  expect(store(false)).toMatchObject(notThere);
  expect(unwrap(mm.load(from))).toBe(0x55n);

  unwrap(gmap.mapSegment({ from, to, length: SEGMENT }));
  expect(store(true).ok).toBe(true);
});
