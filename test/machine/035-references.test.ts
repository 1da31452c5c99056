// SPDX-License-Identifier: GPL-2.0-only
// After 4.7 a gmap is counted: gmap_get, gmap_put, and gmap_remove in place of gmap_free.
import { describe, expect, it } from 'vitest';
import { type Gmap, unwrap } from '../../lib/index.js';
import { expectGmapError, HOST, newGuest, newMachine, PAGE } from './fixture.js';

describe('references to a gmap', () => {
  it('keep it until the last one is put', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    expect([gmap.references, gmap.isListed]).toEqual([1, true]);
    gmap.get();
    expect(gmap.references).toBe(2);
    unwrap(gmap.remove());
    expect([gmap.references, gmap.isListed]).toEqual([1, false]);
    expect(mm.gmaps()).toEqual([]);
    expect(gmap.mm).toBe(mm);
    expect(unwrap(gmap.translate(PAGE))).toBe(HOST + PAGE);
    unwrap(gmap.put());
    expect(expectGmapError(() => gmap.translate(PAGE), 'ERR_GMAP_CLOSED')).toContain('gmap_translate');
    expectGmapError(() => gmap.put(), 'ERR_GMAP_CLOSED');
    expectGmapError(() => gmap.remove(), 'ERR_GMAP_CLOSED');
    expectGmapError(() => gmap.get(), 'ERR_GMAP_CLOSED');
    expectGmapError(() => gmap.references, 'ERR_GMAP_CLOSED');
    expect(machine.counts().gmaps).toBe(0);
  });

  it('outlive its process', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    gmap.get();
    unwrap(gmap.remove());
    mm.exit();
    expect(machine.counts().mms).toBe(1);
    expect(gmap.fault(0n)).toMatchObject({ error: { code: 'EFAULT' } });
    unwrap(gmap.put());
    expect(machine.counts()).toMatchObject({ mms: 0, gmaps: 0, frames: 0 });
  });

  it('are part of the state that a snapshot has', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    gmap.get();
    const snapshot = machine.snapshot();
    unwrap(gmap.put());
    machine.restore(snapshot);
    expect(gmap.references).toBe(2);
    unwrap(gmap.remove());
    unwrap(gmap.put());
    machine.restore(snapshot);
    expectGmapError(() => gmap.references, 'ERR_GMAP_CLOSED');
    expect(mm.gmaps().map(({ number, references }) => [number, references])).toEqual([[0, 2]]);
  });

  it('are one too few: a BUG, and the machine is dead', () => {
    const { machine, gmap } = newGuest({ kernel: '6.1' });
    expect(gmap.put()).toMatchObject({
      ok: false,
      error: { code: 'BUG', place: 'put_listed', text: 'g0', syscall: 'gmap_put' },
    });
    expectGmapError(() => gmap.get(), 'ERR_GMAP_DEAD');
    machine.reset();
    expect(machine.check().ok).toBe(true);
  });

  it('that are left do not let it be removed twice: a BUG', () => {
    const { gmap } = newGuest({ kernel: '6.1' });
    gmap.get();
    unwrap(gmap.remove());
    expect(gmap.remove()).toMatchObject({ error: { code: 'BUG', place: 'removed_twice', syscall: 'gmap_remove' } });
  });

  it('do not fail for lack of memory, but making the gmap does', () => {
    const machine = newMachine({ kernel: '6.12' });
    for (const kind of ['kzalloc', 'alloc_pages'] as const) {
      machine.inject(kind);
      expect(machine.mm.createGmap(0n)).toMatchObject({ error: { code: 'ENOMEM', syscall: 'gmap_create' } });
    }
    expect(machine.counts().gmaps).toBe(0);
    for (let i = 0; i < 4096; i++) unwrap(machine.mm.createGmap(0n));
    expect(expectGmapError(() => machine.mm.createGmap(0n), 'ERR_GMAP_BUDGET')).toContain('4096 gmaps');
  });

  it('are not counted by 4.7', () => {
    const { gmap } = newGuest();
    expect([gmap.references, gmap.isListed]).toEqual([1, true]);
  });
});

describe('close() of a gmap', () => {
  const withReferences = (count: number, gmap: Gmap): Gmap => {
    for (let i = 1; i < count; i++) gmap.get();
    return gmap;
  };

  it.each([1, 2, 5])('gives up all of its %i references', (count) => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    withReferences(count, gmap).close();
    expect(machine.counts().gmaps).toBe(0);
    expect(mm.gmaps()).toEqual([]);
    expectGmapError(() => gmap.translate(0n), 'ERR_GMAP_CLOSED');
    gmap.close();
    // Its number is free again, and not the closed object's.
    const next = unwrap(mm.createGmap(0n));
    expect(next.number).toBe(gmap.number);
    gmap.close();
    expect(mm.gmaps()).toEqual([next]);
  });

  it.each([2, 3])('that was removed gives up what is left of %i', (count) => {
    const { machine, gmap } = newGuest({ kernel: '6.1' });
    unwrap(withReferences(count, gmap).remove());
    gmap.close();
    expect(machine.counts().gmaps).toBe(0);
    expect(machine.check().ok).toBe(true);
  });

  it('is what `using` does', () => {
    const { machine, mm } = newGuest({ kernel: '6.1' });
    {
      using gmap = unwrap(mm.createGmap(0n));
      gmap.get();
      expect(machine.counts().gmaps).toBe(2);
    }
    expect(machine.counts().gmaps).toBe(1);
  });

  it('does nothing in a dead or closed machine', () => {
    const { machine, gmap } = newGuest({ kernel: '6.1' });
    gmap.get();
    expect(gmap.link(0n, HOST)).toMatchObject({ error: { code: 'BUG' } });
    gmap.close();
    const other = newGuest({ kernel: '6.1' });
    other.machine.close();
    other.gmap.close();
    machine.reset();
    expect(machine.counts().gmaps).toBe(0);
  });
});
