// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { expectGmapError, HOST, newGuest, newMachine, PAGE, SEGMENT } from './fixture.js';

describe('a notifier', () => {
  it('is called once for each page that was asked for, when its PTE is invalidated', () => {
    const { machine, mm, gmap } = newGuest();
    const calls: bigint[] = [];
    machine.onPteInvalidation((invalidated, gaddr) => {
      expect(invalidated).toBe(gmap);
      calls.push(gaddr);
    });
    unwrap(gmap.ipteNotify(PAGE, 2n * PAGE));
    expect(calls).toEqual([]);
    unwrap(mm.dontNeed(HOST, SEGMENT));
    expect(calls).toEqual([PAGE, 2n * PAGE]);
    unwrap(mm.store(HOST + PAGE, 1n));
    unwrap(mm.dontNeed(HOST, SEGMENT));
    expect(calls).toEqual([PAGE, 2n * PAGE]);
  });

  it('is called in the order of the kernel: newest gmap first, then newest block first', () => {
    const { machine, mm, gmap } = newGuest();
    const newer = unwrap(mm.allocGmap(0n));
    unwrap(newer.mapSegment({ from: HOST, to: 16n * SEGMENT, length: SEGMENT }));
    unwrap(newer.fault(16n * SEGMENT));
    const calls: string[] = [];
    machine.onPteInvalidation((invalidated, gaddr) => calls.push(`old g${invalidated.number} ${gaddr}`));
    machine.onPteInvalidation((invalidated, gaddr) => calls.push(`new g${invalidated.number} ${gaddr}`));
    unwrap(gmap.ipteNotify(0n, PAGE));
    unwrap(mm.munmap(HOST, SEGMENT));
    const far = 16n * SEGMENT;
    expect(calls).toEqual([`new g1 ${far}`, `old g1 ${far}`, 'new g0 0', 'old g0 0']);
  });

  it('is told of gmaps that nobody has an object of', () => {
    const { machine, mm, gmap } = newGuest();
    const seen: unknown[] = [];
    machine.onPteInvalidation((invalidated) => seen.push(invalidated));
    unwrap(gmap.fault(0n));
    mm.notify(HOST);
    expect(seen).toEqual([gmap]);
  });

  it('can be registered and unregistered', () => {
    const { machine, mm, gmap } = newGuest();
    let calls = 0;
    const notifier = machine.createNotifier(() => calls++);
    unwrap(gmap.fault(0n));
    mm.notify(HOST);
    expect(calls).toBe(0);
    unwrap(notifier.register());
    mm.notify(HOST);
    unwrap(notifier.unregister());
    unwrap(notifier.unregister());
    mm.notify(HOST);
    expect(calls).toBe(1);
    notifier.close();
    notifier.close();
    expectGmapError(() => notifier.register(), 'ERR_GMAP_CLOSED');
  });

  it('is unregistered when it is closed', () => {
    const { machine, mm, gmap } = newGuest();
    let calls = 0;
    {
      using _ = machine.onPteInvalidation(() => calls++);
      unwrap(gmap.fault(0n));
      mm.notify(HOST);
    }
    mm.notify(HOST);
    expect(calls).toBe(1);
  });

  it('that is registered twice, or unregistered before, is a BUG', () => {
    const machine = newMachine();
    expect(machine.createNotifier(() => {}).unregister()).toMatchObject({
      ok: false,
      error: { code: 'BUG', place: 'notifier_never', syscall: 'gmap_unregister_ipte_notifier' },
    });
    machine.reset();
    const notifier = machine.onPteInvalidation(() => {});
    expect(notifier.register()).toMatchObject({ ok: false, error: { code: 'BUG', place: 'notifier_twice' } });
  });

  it('that was never registered is survived with CONFIG_DEBUG_LIST', () => {
    const machine = newMachine({ debugList: true });
    const notifier = machine.createNotifier(() => {});
    unwrap(notifier.unregister());
    unwrap(notifier.register());
    expect(notifier.register()).toMatchObject({ ok: false, error: { code: 'BUG', place: 'notifier_twice' } });
  });

  it('gets a fresh block, also when another had it before', () => {
    const machine = newMachine();
    const first = machine.onPteInvalidation(() => {});
    first.close();
    const second = machine.createNotifier(() => {});
    expect(second.number).toBe(first.number);
    expect(second.unregister()).toMatchObject({ error: { place: 'notifier_never' } });
  });

  it('is one of 256', () => {
    const machine = newMachine();
    const notifiers = Array.from({ length: 256 }, () => machine.createNotifier(() => {}));
    expectGmapError(() => machine.createNotifier(() => {}), 'ERR_GMAP_BUDGET');
    notifiers[100]?.close();
    expect(machine.createNotifier(() => {}).number).toBe(notifiers[100]?.number);
  });

  it('belongs to the state of the machine: a reset unregisters it', () => {
    const { machine } = newGuest();
    let calls = 0;
    const notifier = machine.onPteInvalidation(() => calls++);
    machine.reset();
    const invalidate = (): void => {
      const { mm } = machine;
      unwrap(mm.enableSie());
      unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
      const gmap = unwrap(mm.allocGmap(0n));
      unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: SEGMENT }));
      unwrap(gmap.ipteNotify(0n, PAGE));
      unwrap(mm.dontNeed(HOST, SEGMENT));
    };
    invalidate();
    expect(calls).toBe(0);
    machine.reset();
    unwrap(notifier.register());
    invalidate();
    expect(calls).toBe(1);
  });

  it('needs a function', () => {
    expect(() => newMachine().createNotifier('f' as unknown as () => void)).toThrow(TypeError);
    expect(() => newMachine().onPteInvalidation(undefined as unknown as () => void)).toThrow(TypeError);
    expect(() => newMachine().onMmapSemDropped(1 as unknown as () => void)).toThrow(TypeError);
  });

  it('without a page table there is nothing to notify of', () => {
    const { mm } = newGuest();
    expect(expectGmapError(() => mm.notify(HOST), 'ERR_GMAP_NO_PAGE_TABLE')).toContain('ptep_notify');
  });
});
