// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { expectGmapError, HOST, laterKernels, newGuest, newMachine, PAGE, SEGMENT } from './fixture.js';

describe('a gmap', () => {
  it.each([
    [0n, 0x7fff_ffffn, 0x1c3n],
    [2n ** 31n - 1n, 2n ** 31n - 1n, 0x1c3n],
    [2n ** 31n, 2n ** 42n - 1n, 0x1c7n],
    [2n ** 42n, 2n ** 53n - 1n, 0x1cbn],
    [2n ** 53n, 2n ** 64n - 1n, 0x1cfn],
    [2n ** 64n - 1n, 2n ** 64n - 1n, 0x1cfn],
  ])('for addresses up to %i covers those up to %i', (limit, end, bits) => {
    const gmap = unwrap(newMachine().mm.allocGmap(limit));
    expect(gmap.asceEnd).toBe(end);
    expect(gmap.asce & 0xfffn).toBe(bits);
    expect(gmap.tables).toBe(1);
  });

  it('knows its process and machine, and they know it', () => {
    const { machine, mm, gmap } = newGuest();
    expect([gmap.machine, gmap.mm]).toEqual([machine, mm]);
    const newer = unwrap(mm.allocGmap(0n));
    expect(mm.gmaps()).toEqual([newer, gmap]);
    expect([gmap.number, newer.number]).toEqual([0, 1]);
  });

  it('is enabled by its place in the lowcore of the CPU', () => {
    const { machine, gmap } = newGuest();
    const enabled = (): boolean => machine.readStorage(0x398n, 8).some((byte) => byte !== 0);
    expect(enabled()).toBe(false);
    gmap.enable();
    expect(enabled()).toBe(true);
    gmap.disable();
    expect(enabled()).toBe(false);
  });

  it('is freed once', () => {
    const { machine, mm, gmap } = newGuest();
    gmap.free();
    expect(expectGmapError(() => gmap.free(), 'ERR_GMAP_CLOSED')).toContain('gmap_free');
    expectGmapError(() => gmap.translate(0n), 'ERR_GMAP_CLOSED');
    expectGmapError(() => gmap.asce, 'ERR_GMAP_CLOSED');
    expectGmapError(() => gmap.mm, 'ERR_GMAP_CLOSED');
    gmap.close();
    expect(mm.gmaps()).toEqual([]);
    expect(machine.counts().gmaps).toBe(0);
  });

  it('is closed by `using`', () => {
    const { mm } = newMachine();
    {
      using gmap = unwrap(mm.allocGmap(0n));
      expect(mm.gmaps()).toEqual([gmap]);
    }
    expect(mm.gmaps()).toEqual([]);
  });

  it('is another one than the next gmap that gets its number', () => {
    const { mm, gmap } = newGuest();
    gmap.free();
    const next = unwrap(mm.allocGmap(0n));
    expect(next.number).toBe(gmap.number);
    expect(next).not.toBe(gmap);
    expectGmapError(() => gmap.unmapSegment({ to: 0n, length: SEGMENT }), 'ERR_GMAP_CLOSED');
    gmap.close();
    expect(mm.gmaps()).toEqual([next]);
  });
});

describe('a machine', () => {
  it('has 4096 gmaps and 4096 processes at most', () => {
    const machine = newMachine();
    for (let i = 0; i < 4096; i++) unwrap(machine.mm.allocGmap(0n));
    expect(expectGmapError(() => machine.mm.allocGmap(0n), 'ERR_GMAP_BUDGET')).toContain('4096 gmaps');
    expect(machine.mm.gmaps()).toHaveLength(4096);
    for (let i = 1; i < 4096; i++) unwrap(machine.exec());
    expect(expectGmapError(() => machine.exec(), 'ERR_GMAP_BUDGET')).toContain('4096 processes');
    expect(machine.processes).toHaveLength(4096);
    machine.mm.gmaps()[0]?.free();
    expect(unwrap(machine.mm.allocGmap(0n)).number).toBe(4095);
  });
});

describe('mapping', () => {
  it('is what translate looks up', () => {
    const { gmap } = newGuest();
    expect(gmap.translate(0x12_3456n)).toEqual({ ok: true, value: HOST + 0x12_3456n });
    expect(gmap.translate(4n * SEGMENT)).toMatchObject({ ok: false, error: { code: 'EFAULT', errno: -14 } });
    unwrap(gmap.unmapSegment({ to: SEGMENT, length: SEGMENT }));
    expect(gmap.translate(0x12_3456n).ok).toBe(false);
    expect(unwrap(gmap.translate(2n * SEGMENT))).toBe(HOST + 2n * SEGMENT);
  });

  it.each([
    [{ from: HOST + PAGE, to: 0n, length: SEGMENT }],
    [{ from: HOST, to: PAGE, length: SEGMENT }],
    [{ from: HOST, to: 0n, length: PAGE }],
    [{ from: HOST, to: 0n, length: 0n }],
    [{ from: HOST, to: 0x7ff0_0000n, length: 2n * SEGMENT }],
    [{ from: 2n ** 53n, to: 0n, length: SEGMENT }],
    [{ from: 2n ** 64n - SEGMENT, to: 0n, length: 2n * SEGMENT }],
    [{ from: HOST, to: 2n ** 64n - SEGMENT, length: 2n * SEGMENT }],
  ])('%o is -EINVAL', (range) => {
    const { gmap } = newGuest();
    expect(gmap.mapSegment(range)).toMatchObject({ ok: false, error: { code: 'EINVAL', syscall: 'gmap_map_segment' } });
    expect(unwrap(gmap.translate(0n))).toBe(HOST);
  });

  it('of host address 0 succeeds and leaves the first segment unmapped', () => {
    const { gmap } = newGuest();
    expect(gmap.mapSegment({ from: 0n, to: 0n, length: 2n * SEGMENT }).ok).toBe(true);
    expect(gmap.translate(0n).ok).toBe(false);
    expect(unwrap(gmap.translate(SEGMENT))).toBe(SEGMENT);
  });

  it('of more segments than the machine allows is refused, and says how to allow it', () => {
    const machine = newMachine({ maxSegments: 3 });
    const gmap = unwrap(machine.mm.allocGmap(2n ** 64n - 1n));
    const map = (segments: bigint) => gmap.mapSegment({ from: SEGMENT, to: 0n, length: segments * SEGMENT });
    expect(map(3n).ok).toBe(true);
    expect(expectGmapError(() => map(4n), 'ERR_GMAP_BUDGET')).toContain('maxSegments');
    expectGmapError(() => map(2n ** 32n), 'ERR_GMAP_BUDGET');
    expect(unwrap(gmap.translate(0n))).toBe(SEGMENT);
    // What is wrong anyway is -EINVAL, however long it is.
    expect(gmap.mapSegment({ from: 1n, to: 0n, length: 2n ** 52n })).toMatchObject({ error: { code: 'EINVAL' } });
  });

  it('of more than can be armed in one call is refused there, and says how to allow it', () => {
    const { mm } = newGuest({ maxPages: 300 });
    const gmap = unwrap(mm.allocGmap(2n ** 40n));
    expect(gmap.mapSegment({ from: HOST, to: 0n, length: 2n * SEGMENT }).ok).toBe(true);
    expect(expectGmapError(() => gmap.ipteNotify(0n, 2n * SEGMENT), 'ERR_GMAP_BUDGET')).toContain('maxPages');
    expect(gmap.ipteNotify(SEGMENT, 4n * SEGMENT)).toMatchObject({ error: { code: 'EFAULT' } });
  });

  it('of a huge range takes no time to unmap', () => {
    const { gmap } = newGuest();
    unwrap(gmap.unmapSegment({ to: 0n, length: 2n ** 64n - SEGMENT }));
    expect(gmap.translate(0n).ok).toBe(false);
  });

  it.each(laterKernels)('of host memory reaches to the end of the addresses in %s', (kernel) => {
    const { gmap } = newGuest({ kernel });
    const from = 2n ** 64n - 2n * SEGMENT;
    unwrap(gmap.mapSegment({ from, to: 0n, length: SEGMENT }));
    expect(unwrap(gmap.translate(0x123n))).toBe(from + 0x123n);
  });
});

describe('failing allocations', () => {
  it('of a gmap answer ENOMEM', () => {
    const machine = newMachine();
    for (const kind of ['kzalloc', 'alloc_pages'] as const) {
      machine.inject(kind);
      expect(machine.mm.allocGmap(0n)).toMatchObject({ ok: false, error: { code: 'ENOMEM' } });
      unwrap(machine.mm.allocGmap(0n)).free();
    }
  });

  it('of the third segment unmap the whole range', () => {
    const { machine, gmap } = newGuest();
    machine.inject('radix_insert', 3);
    expect(gmap.mapSegment({ from: HOST, to: 0n, length: 4n * SEGMENT })).toMatchObject({ error: { code: 'ENOMEM' } });
    for (let i = 0n; i < 4n; i++) expect(gmap.translate(i * SEGMENT).ok).toBe(false);
  });

  it('can be ordered and taken back', () => {
    const machine = newMachine();
    machine.inject('kzalloc', 2);
    machine.inject('kzalloc', 0);
    machine.inject('alloc_pages');
    machine.inject('none');
    unwrap(machine.mm.allocGmap(0n));
    unwrap(machine.mm.allocGmap(0n));
    expect(() => machine.inject('kmalloc' as 'kzalloc')).toThrow(RangeError);
    expect(() => machine.inject('kzalloc', -1)).toThrow(RangeError);
    expect(() => machine.inject('kzalloc', 0.5)).toThrow(RangeError);
  });
});
