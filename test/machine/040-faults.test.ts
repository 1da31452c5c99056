// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { HOST, laterKernels, newGuest, newMachine, PAGE, SEGMENT } from './fixture.js';

describe('a fault', () => {
  it('makes a page accessible: the zero page for reading, a page of its own for writing', () => {
    const { gmap } = newGuest();
    unwrap(gmap.fault(0x1000n));
    expect(gmap.walk(0x1000n)).toMatchObject({ ok: true, value: { protected: true } });
    expect(gmap.walk(0x1000n, { store: true })).toMatchObject({ ok: false, error: { code: 'PROTECTION' } });
    unwrap(gmap.fault(0x1000n, { write: true }));
    expect(gmap.walk(0x1000n, { store: true })).toMatchObject({ ok: true, value: { protected: false } });
  });

  it('shares the page table of the process', () => {
    const { mm, gmap } = newGuest();
    unwrap(gmap.fault(0x1000n, { write: true }));
    unwrap(mm.store(HOST + 0x2000n, 7n));
    expect(unwrap(gmap.load(0x2000n))).toBe(7n);
    expect(unwrap(gmap.walk(0x2000n))).toEqual(unwrap(mm.walk(HOST + 0x2000n)));
  });

  it('builds the tables above the page table', () => {
    const { machine, mm } = newGuest();
    const gmap = unwrap(mm.allocGmap(2n ** 64n - 1n));
    const gaddr = 0x0040_0001_8050_0000n;
    unwrap(gmap.mapSegment({ from: HOST, to: gaddr, length: SEGMENT }));
    expect(gmap.segmentGaddr(gaddr)).toMatchObject({ ok: false, error: { code: 'ENOENT' } });
    unwrap(gmap.fault(gaddr + 0x3000n));
    expect(gmap.tables).toBe(4);
    expect(unwrap(gmap.segmentGaddr(gaddr + 0x3000n))).toBe(gaddr);
    expect(machine.check().ok).toBe(true);
  });

  it('can drop a link and make it again', () => {
    const { mm, gmap } = newGuest();
    unwrap(gmap.fault(0n, { write: true }));
    expect([gmap.unlinkByVmaddr(HOST), gmap.unlinkByVmaddr(HOST)]).toEqual([true, false]);
    expect(gmap.load(0n)).toMatchObject({ ok: false, error: { code: 'SEGMENT_TRANSLATION', interruption: 0x10 } });
    unwrap(gmap.link(0n, HOST));
    expect(gmap.load(0n).ok).toBe(true);
    mm.unlink(HOST);
    expect(gmap.load(0n).ok).toBe(false);
    unwrap(gmap.fault(0n));
    expect([gmap.unmapByGaddr(0n), gmap.unmapByGaddr(0n)]).toEqual([true, false]);
    expect(gmap.translate(0n).ok).toBe(false);
  });

  it('does not link a host segment to two guest segments', () => {
    const { gmap } = newGuest();
    unwrap(gmap.mapSegment({ from: HOST, to: 8n * SEGMENT, length: SEGMENT }));
    unwrap(gmap.fault(0n));
    expect(gmap.fault(8n * SEGMENT)).toMatchObject({ ok: false, error: { code: 'EEXIST', errno: -17 } });
    expect(gmap.load(8n * SEGMENT, { fault: true })).toMatchObject({
      ok: false,
      error: { code: 'SEGMENT_TRANSLATION', fault: { code: 'EEXIST' } },
    });
  });

  it('that is tried again while mmap_sem is dropped sees what others changed', () => {
    const { machine, gmap } = newGuest();
    machine.inject('fixup_retry');
    machine.onMmapSemDropped(() => unwrap(gmap.unmapSegment({ to: 0n, length: SEGMENT })));
    expect(gmap.fault(0n)).toMatchObject({ ok: false, error: { code: 'EFAULT' } });
    machine.onMmapSemDropped(undefined);
  });
});

describe('a guest access', () => {
  it('ends in a program interruption unless the host is asked to resolve it', () => {
    const { gmap } = newGuest();
    expect(gmap.load(0n)).toMatchObject({ ok: false, error: { code: 'SEGMENT_TRANSLATION', fault: undefined } });
    expect(gmap.load(0n, { fault: true })).toEqual({ ok: true, value: 0n });
    expect(gmap.store(0n, 1n)).toMatchObject({ ok: false, error: { code: 'PROTECTION', interruption: 4 } });
    unwrap(gmap.store(0n, 2n ** 64n - 1n, { fault: true }));
    expect(unwrap(gmap.load(0n))).toBe(2n ** 64n - 1n);
    expect(gmap.load(0x5000n)).toMatchObject({ ok: false, error: { code: 'PAGE_TRANSLATION', interruption: 0x11 } });
  });

  it('outside of the address space cannot be resolved', () => {
    const { gmap } = newGuest();
    const fault = { code: 'EFAULT', errno: -14, syscall: 'gmap_fault' };
    const outside = { error: { code: 'ASCE_TYPE', interruption: 0x38, fault } };
    expect(gmap.load(2n ** 31n, { fault: true })).toMatchObject(outside);
    expect(gmap.store(2n ** 64n - 8n, 1n, { fault: true })).toMatchObject(outside);
    expect(gmap.load(2n ** 31n)).toMatchObject({ error: { code: 'ASCE_TYPE', fault: undefined } });
    expect(gmap.store(5n * SEGMENT, 1n, { fault: true })).toMatchObject({
      error: { code: 'SEGMENT_TRANSLATION', fault },
    });
  });

  it.each([
    [2n ** 42n - 1n, 'REGION_THIRD_TRANSLATION', 0x3b],
    [2n ** 53n - 1n, 'REGION_SECOND_TRANSLATION', 0x3a],
    [2n ** 64n - 1n, 'REGION_FIRST_TRANSLATION', 0x39],
  ])('through the empty top table of a gmap up to %i', (limit, code, interruption) => {
    const gmap = unwrap(newMachine().mm.allocGmap(limit));
    const failed = { ok: false, error: { code, interruption } };
    expect(gmap.load(0n)).toMatchObject(failed);
    expect(gmap.walk(0n)).toMatchObject(failed);
  });

  it('sets the reference and change bits of the storage key', () => {
    const { machine, mm, gmap } = newGuest();
    unwrap(mm.enableSkey());
    unwrap(gmap.store(PAGE, 1n, { fault: true }));
    const { absolute } = unwrap(gmap.walk(PAGE));
    expect(machine.storageKey(absolute) & 0x06).toBe(0x06);
    unwrap(mm.setGuestStorageKey(HOST + PAGE, 0x30));
    expect(machine.storageKey(absolute)).toBe(0x30);
    unwrap(gmap.load(PAGE));
    expect(machine.storageKey(absolute)).toBe(0x34);
  });

  it('answers the same frozen failure each time', () => {
    const { gmap } = newGuest();
    const failed = gmap.load(0n);
    expect(gmap.load(8n)).toBe(failed);
    expect(Object.isFrozen(failed)).toBe(true);
    expect(!failed.ok && Object.isFrozen(failed.error)).toBe(true);
  });

  it.each(laterKernels)('is resolved, swapped in, and refused in %s', (kernel) => {
    const { mm, gmap } = newGuest({ kernel, checkAlways: true });
    unwrap(gmap.store(PAGE, 7n, { fault: true }));
    expect(unwrap(mm.load(HOST + PAGE))).toBe(7n);
    unwrap(mm.swapOut(HOST + PAGE));
    expect(unwrap(gmap.load(PAGE, { fault: true }))).toBe(7n);
    unwrap(mm.munmap(HOST, 4n * SEGMENT));
    expect(gmap.load(PAGE, { fault: true })).toMatchObject({ ok: false, error: { fault: { code: 'EFAULT' } } });
  });
});

describe('discarding', () => {
  it('throws the content of pages away and keeps the mapping', () => {
    const { gmap } = newGuest();
    for (const gaddr of [0n, PAGE, SEGMENT]) unwrap(gmap.store(gaddr, 7n, { fault: true }));
    unwrap(gmap.discard(PAGE, 2n * SEGMENT));
    const loads = [0n, PAGE, SEGMENT].map((gaddr) => unwrap(gmap.load(gaddr, { fault: true })));
    expect(loads).toEqual([7n, 0n, 0n]);
  });
});
