// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { expectGmapError, HOST, newMachine, PAGE, SEGMENT } from './fixture.js';

describe('a process', () => {
  it('maps memory, which reads as zero, and keeps what is stored', () => {
    const { mm } = newMachine();
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    expect(unwrap(mm.load(HOST))).toBe(0n);
    unwrap(mm.store(HOST, 0x0123_4567_89ab_cdefn));
    expect(unwrap(mm.load(HOST))).toBe(0x0123_4567_89ab_cdefn);
    expect(unwrap(mm.load(HOST + 5n))).toBe(0x0123_4567_89ab_cdefn);
  });

  it('can keep every word, also those that look like an error', () => {
    const { mm } = newMachine();
    unwrap(mm.mmap({ address: HOST, length: PAGE }));
    unwrap(mm.store(HOST, 0xffff_ffff_ffff_fff2n));
    expect(mm.load(HOST)).toEqual({ ok: true, value: 0xffff_ffff_ffff_fff2n });
  });

  it('protects, discards, moves and unmaps memory', () => {
    const { mm } = newMachine();
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    unwrap(mm.store(HOST, 7n));
    unwrap(mm.mprotect(HOST, PAGE, { read: true, write: false, exec: false }));
    expect(mm.store(HOST, 8n)).toMatchObject({ ok: false, error: { code: 'EFAULT' } });
    unwrap(mm.mremap({ from: HOST, length: PAGE, to: HOST + 2n * SEGMENT }));
    expect(unwrap(mm.load(HOST + 2n * SEGMENT))).toBe(7n);
    expect(mm.load(HOST)).toMatchObject({ ok: false });
    unwrap(mm.store(HOST + PAGE, 9n));
    unwrap(mm.dontNeed(HOST + PAGE, PAGE));
    expect(unwrap(mm.load(HOST + PAGE))).toBe(0n);
    unwrap(mm.munmap(HOST, SEGMENT));
    expect(mm.load(HOST + PAGE)).toMatchObject({ ok: false });
  });

  it('has a fourth level of tables once it maps above 2^42', () => {
    const { mm } = newMachine();
    expect([mm.asce & 0xfffn, mm.asceLimit]).toEqual([0x1c7n, 2n ** 42n]);
    unwrap(mm.mmap({ address: 2n ** 50n, length: PAGE }));
    expect([mm.asce & 0xfffn, mm.asceLimit]).toEqual([0x1cbn, 2n ** 53n]);
    unwrap(mm.store(2n ** 50n, 1n));
  });

  it('forks: private pages are shared until one writes', () => {
    const { mm } = newMachine();
    unwrap(mm.mmap({ address: HOST, length: PAGE }));
    unwrap(mm.store(HOST, 7n));
    expect(mm.walk(HOST, { store: true }).ok).toBe(true);
    unwrap(mm.fork());
    expect(mm.walk(HOST, { store: true })).toMatchObject({ ok: false, error: { code: 'PROTECTION', interruption: 4 } });
    unwrap(mm.store(HOST, 8n));
    expect(mm.walk(HOST, { store: true }).ok).toBe(true);
  });

  it('is swapped out and in again', () => {
    const { mm } = newMachine();
    unwrap(mm.mmap({ address: HOST, length: PAGE }));
    unwrap(mm.store(HOST, 7n));
    unwrap(mm.swapOut(HOST));
    expect(mm.walk(HOST)).toMatchObject({ ok: false, error: { code: 'PAGE_TRANSLATION' } });
    expect(mm.swapOut(HOST)).toMatchObject({ ok: false, error: { code: 'EFAULT' } });
    expect(unwrap(mm.load(HOST))).toBe(7n);
  });

  it('has pages that are young until reclaim looks at them', () => {
    const { mm } = newMachine();
    unwrap(mm.mmap({ address: HOST, length: PAGE }));
    unwrap(mm.store(HOST, 7n));
    expect([mm.clearYoung(HOST), mm.clearYoung(HOST)]).toEqual([true, false]);
  });

  it('has large pages when it asks for them', () => {
    const { mm } = newMachine();
    unwrap(mm.mmap({ address: HOST, length: SEGMENT, huge: true }));
    unwrap(mm.store(HOST + 0x80000n, 7n));
    const { absolute, value } = unwrap(mm.walk(HOST + 0x80000n));
    expect(value & 0x400n).toBe(0x400n);
    expect(absolute % SEGMENT).toBe(0x80000n);
    expect(() => mm.mmap({ address: HOST, length: SEGMENT, huge: true, shared: true })).toThrow(TypeError);
  });

  it('has memory that is never accounted: neighbours become one whatever they were before', () => {
    const { mm } = newMachine();
    const mappedInOne = (noReserve: boolean): boolean => {
      unwrap(mm.mmap({ address: HOST, length: PAGE, noReserve }));
      unwrap(mm.mmap({ address: HOST + PAGE, length: PAGE, write: false, noReserve }));
      unwrap(mm.mprotect(HOST, PAGE, { read: true, write: false, exec: false }));
      return mm.mremap({ from: HOST, length: 2n * PAGE, to: HOST + SEGMENT }).ok;
    };
    expect([mappedInOne(false), mappedInOne(true)]).toEqual([false, true]);
    expect(() => mm.mmap({ address: HOST, length: SEGMENT, huge: true, noReserve: true })).toThrow(TypeError);
  });

  it('runs on CPUs', () => {
    const machine = newMachine({ cpus: 2 });
    const { mm } = machine;
    unwrap(mm.mmap({ address: HOST, length: PAGE }));
    unwrap(mm.store(HOST, 1n));
    const localFlush = (): boolean => {
      machine.recordEvents(true);
      mm.clearYoung(HOST);
      unwrap(mm.store(HOST, 1n));
      const flush = machine.takeEvents().find((event) => event.kind === 'ipte');
      return flush?.kind === 'ipte' && flush.local;
    };
    expect(localFlush()).toBe(true);
    mm.attach(1);
    expect(localFlush()).toBe(false);
    mm.detach(1);
    expect(() => mm.attach(2)).toThrow(RangeError);
    expect(() => mm.detach(-1)).toThrow(RangeError);
  });

  it('ends, and another begins', () => {
    const machine = newMachine();
    const first = machine.mm;
    const second = unwrap(machine.exec());
    expect(machine.processes).toEqual([first, second]);
    first.exit();
    expect(machine.processes).toEqual([second]);
    expectGmapError(() => first.load(HOST), 'ERR_GMAP_CLOSED');
    expectGmapError(() => first.exit(), 'ERR_GMAP_CLOSED');
    expectGmapError(() => machine.mm, 'ERR_GMAP_CLOSED');
    expect(second.number).toBe(1);
  });

  it('leaves its gmaps behind, empty of links', () => {
    const machine = newMachine();
    const { mm } = machine;
    const gmap = unwrap(mm.allocGmap(0n));
    unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: SEGMENT }));
    mm.exit();
    expect(mm.gmaps()).toEqual([gmap]);
    expect(unwrap(gmap.translate(5n))).toBe(HOST + 5n);
    expect(gmap.fault(0n)).toMatchObject({ ok: false, error: { code: 'EFAULT' } });
    expectGmapError(() => mm.allocGmap(0n), 'ERR_GMAP_CLOSED');
    expectGmapError(() => mm.asce, 'ERR_GMAP_CLOSED');
    expectGmapError(() => mm.walk(0n), 'ERR_GMAP_CLOSED');
    gmap.free();
    expectGmapError(() => mm.gmaps(), 'ERR_GMAP_CLOSED');
    expect(machine.counts()).toMatchObject({ mms: 0, gmaps: 0, vmas: 0 });
  });
});

describe('page tables with PGSTEs', () => {
  it('are what a process gets while the sysctl says so', () => {
    const machine = newMachine();
    expect(machine.sysctlAllocatePgste).toBe(true);
    machine.sysctlAllocatePgste = false;
    expect(machine.sysctlAllocatePgste).toBe(false);
    const without = unwrap(machine.exec());
    expect([machine.mm.hasPgstes, without.hasPgstes]).toEqual([true, false]);
    expect(without.enableSie()).toMatchObject({ ok: false, error: { code: 'EINVAL', syscall: 's390_enable_sie' } });
    unwrap(machine.mm.enableSie());
    expect([machine.mm.sieEnabled, without.sieEnabled]).toEqual([true, false]);
  });
});
