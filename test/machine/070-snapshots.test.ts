// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { type Gmap, type Snapshot, unwrap } from '../../lib/index.js';
import { expectGmapError, HOST, newGuest, newMachine, PAGE, SEGMENT } from './fixture.js';

describe('a snapshot', () => {
  it('is the state to go back to, again and again', () => {
    const { machine, mm, gmap } = newGuest();
    unwrap(gmap.store(0n, 1n, { fault: true }));
    const snapshot = machine.snapshot();
    const before = machine.counts();
    for (let i = 0; i < 3; i++) {
      unwrap(gmap.store(0n, 2n));
      unwrap(gmap.unmapSegment({ to: SEGMENT, length: SEGMENT }));
      unwrap(mm.munmap(HOST, SEGMENT));
      machine.restore(snapshot);
      expect(unwrap(gmap.load(0n))).toBe(1n);
      expect(unwrap(gmap.translate(SEGMENT))).toBe(HOST + SEGMENT);
      expect(machine.counts()).toEqual(before);
    }
  });

  it('nests in others; going back to an older one ends the newer ones', () => {
    const { machine, mm } = newGuest();
    const snapshots: Snapshot[] = [];
    for (let i = 0n; i < 3n; i++) {
      unwrap(mm.store(HOST, i));
      snapshots.push(machine.snapshot());
    }
    const [first, second, third] = snapshots as [Snapshot, Snapshot, Snapshot];
    machine.restore(third);
    expect(unwrap(mm.load(HOST))).toBe(2n);
    machine.restore(second);
    expect(unwrap(mm.load(HOST))).toBe(1n);
    expectGmapError(() => machine.restore(third), 'ERR_GMAP_CLOSED');
    first.close();
    first.close();
    third.close();
    expectGmapError(() => machine.restore(second), 'ERR_GMAP_CLOSED');
    expect(unwrap(mm.load(HOST))).toBe(1n);
  });

  it('is one of 64, and of its own machine', () => {
    const machine = newMachine();
    const snapshots = Array.from({ length: 64 }, () => machine.snapshot());
    expect(expectGmapError(() => machine.snapshot(), 'ERR_GMAP_BUDGET')).toContain('64');
    snapshots[63]?.close();
    machine.snapshot();
    const other = newMachine();
    expectGmapError(() => other.restore(snapshots[0] as Snapshot), 'ERR_GMAP_FOREIGN');
    expect(() => machine.restore(0 as unknown as Snapshot)).toThrow(TypeError);
  });

  it('ends with a reset', () => {
    const { machine, mm } = newGuest();
    const snapshot = machine.snapshot();
    machine.reset();
    expectGmapError(() => machine.restore(snapshot), 'ERR_GMAP_CLOSED');
    expect(mm.load(HOST)).toMatchObject({ ok: false });
    expect(machine.mm).toBe(mm);
    expect(machine.counts()).toEqual(newMachine().counts());
  });

  it('is closed by `using`', () => {
    const machine = newMachine();
    let outside: Snapshot;
    {
      using snapshot = machine.snapshot();
      outside = snapshot;
    }
    expectGmapError(() => machine.restore(outside), 'ERR_GMAP_CLOSED');
  });
});

/** An object never works on another gmap or process than the one that it was made for. */
describe('after going back', () => {
  function expectGone(gmap: Gmap): void {
    expectGmapError(() => gmap.translate(0n), 'ERR_GMAP_CLOSED');
    expectGmapError(() => gmap.free(), 'ERR_GMAP_CLOSED');
    gmap.close();
  }

  it('gmaps that did not exist yet are gone, also when a new one has taken their place', () => {
    const { machine, mm } = newGuest();
    const snapshot = machine.snapshot();
    const young = unwrap(mm.allocGmap(0n));
    machine.restore(snapshot);
    expectGone(young);
    const replacement = unwrap(mm.allocGmap(0n));
    expect(replacement.number).toBe(young.number);
    expectGone(young);
    expect(mm.gmaps()).toContain(replacement);
  });

  it('gmaps that existed work as before', () => {
    const { machine, mm, gmap } = newGuest();
    const snapshot = machine.snapshot();
    unwrap(gmap.unmapSegment({ to: 0n, length: SEGMENT }));
    machine.restore(snapshot);
    expect(unwrap(gmap.translate(0n))).toBe(HOST);
    expect(mm.gmaps()).toEqual([gmap]);
  });

  it('a gmap that was freed is back, with a new object', () => {
    const { machine, mm, gmap } = newGuest();
    const snapshot = machine.snapshot();
    gmap.free();
    const other = unwrap(mm.allocGmap(2n ** 64n - 1n));
    machine.restore(snapshot);
    expectGone(other);
    expectGone(gmap);
    const [back] = mm.gmaps();
    expect(back).not.toBe(gmap);
    expect(back && unwrap(back.translate(0n))).toBe(HOST);
  });

  it('a reset leaves only mm0', () => {
    const { machine, mm, gmap } = newGuest();
    const second = unwrap(machine.exec());
    machine.reset();
    expectGone(gmap);
    expectGmapError(() => second.gmaps(), 'ERR_GMAP_CLOSED');
    expect(machine.processes).toEqual([mm]);
    const third = unwrap(machine.exec());
    expect(third.number).toBe(second.number);
    expectGmapError(() => second.load(HOST), 'ERR_GMAP_CLOSED');
  });

  it('a process that had ended is back, with a new object', () => {
    const machine = newMachine();
    const second = unwrap(machine.exec());
    const snapshot = machine.snapshot();
    second.exit();
    machine.restore(snapshot);
    expectGmapError(() => second.asce, 'ERR_GMAP_CLOSED');
    const back = machine.processes[1];
    expect(back?.number).toBe(second.number);
    expect(back?.asceLimit).toBe(2n ** 42n);
  });

  it('mm0 that had ended is back, also after a reset', () => {
    const machine = newMachine();
    machine.mm.exit();
    expectGmapError(() => machine.mm, 'ERR_GMAP_CLOSED');
    machine.reset();
    expect(machine.processes).toEqual([machine.mm]);
  });

  it('notifiers that were made since are not registered, even on a block that was', () => {
    const { machine, mm, gmap } = newGuest();
    const calls: string[] = [];
    const old = machine.onPteInvalidation(() => calls.push('old'));
    unwrap(gmap.ipteNotify(0n, PAGE));
    const snapshot = machine.snapshot();
    old.close();
    const young = machine.createNotifier(() => calls.push('young'));
    expect(young.number).toBe(old.number);
    machine.restore(snapshot);
    unwrap(mm.dontNeed(HOST, SEGMENT));
    expect(calls).toEqual([]);
    unwrap(young.register());
    mm.notify(HOST);
    expect(calls).toEqual(['young']);
  });

  it('notifiers are registered again if they were', () => {
    const { machine, mm, gmap } = newGuest();
    let calls = 0;
    const notifier = machine.onPteInvalidation(() => calls++);
    unwrap(gmap.fault(0n));
    const snapshot = machine.snapshot();
    unwrap(notifier.unregister());
    mm.notify(HOST);
    machine.restore(snapshot);
    mm.notify(HOST);
    expect(calls).toBe(1);
  });
});

describe('after a BUG', () => {
  it('the machine does nothing until it is reset', () => {
    const { machine, mm, gmap } = newGuest();
    const failed = gmap.link(0n, 2n ** 45n);
    expect(failed).toMatchObject({
      ok: false,
      error: { code: 'BUG', place: 'pmd_none', text: 'host address 0x200000000000', syscall: '__gmap_link' },
    });
    expect(machine.bug).toMatchObject({ code: 'BUG', place: 'pmd_none' });
    for (const run of [
      () => gmap.translate(0n),
      () => gmap.free(),
      () => mm.load(HOST),
      () => gmap.load(0n),
      () => machine.exec(),
      () => machine.check(),
      () => machine.execute(new Uint8Array(0)),
      () => machine.snapshot(),
      () => machine.createNotifier(() => {}),
    ])
      expect(expectGmapError(run, 'ERR_GMAP_DEAD')).toContain('reset()');
    machine.reset();
    expect(machine.bug).toBeUndefined();
    expect(machine.mm.mmap({ address: HOST, length: SEGMENT }).ok).toBe(true);
  });

  it('or restored to a snapshot of better days', () => {
    const { machine, gmap } = newGuest();
    const snapshot = machine.snapshot();
    expect(gmap.discard(0n, 2n ** 64n - 1n)).toMatchObject({ error: { code: 'BUG', place: 'endless' } });
    machine.restore(snapshot);
    expect(unwrap(gmap.translate(0n))).toBe(HOST);
    expect(machine.check().ok).toBe(true);
  });

  it('one can still look around, and close things', () => {
    const { machine, mm, gmap } = newGuest();
    const notifier = machine.onPteInvalidation(() => {});
    unwrap(gmap.store(0n, 0x1122_3344_5566_7788n, { fault: true }));
    gmap.link(0n, 2n ** 45n);
    const { absolute } = unwrap(gmap.walk(0n));
    expect([...machine.readStorage(absolute, 8)]).toEqual([0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88]);
    expect(machine.counts().gmaps).toBe(1);
    expect(gmap.asceEnd).toBe(0x7fff_ffffn);
    expect(mm.gmaps()).toEqual([gmap]);
    notifier.close();
    gmap.close();
    machine.close();
  });
});
