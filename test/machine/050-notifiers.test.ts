// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { notifyProtections, unwrap } from '../../lib/index.js';
import { expectGmapError, type Guest, HOST, newGuest, newMachine, PAGE, SEGMENT, thrownBy } from './fixture.js';

const PGSTE_IN = 0x0000_4000_0000_0000n;

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

describe('a notifier of kernels after 4.7', () => {
  it('is told the first and the last address of the page', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    const calls: unknown[][] = [];
    machine.onPteInvalidation((...call) => calls.push(call));
    unwrap(gmap.mprotectNotify(PAGE, 2n * PAGE));
    expect(calls).toEqual([]);
    unwrap(mm.dontNeed(HOST, SEGMENT));
    expect(calls).toEqual([
      [gmap, PAGE, 2n * PAGE - 1n],
      [gmap, 2n * PAGE, 3n * PAGE - 1n],
    ]);
    unwrap(mm.store(HOST + PAGE, 1n));
    unwrap(mm.dontNeed(HOST, SEGMENT));
    expect(calls).toHaveLength(2);
  });

  it('of 4.7 is told them too, but its events say only what 4.7 tells', () => {
    const events = ({ machine, mm, gmap }: Guest): unknown[] => {
      const ends: bigint[] = [];
      machine.onPteInvalidation((_gmap, _gaddr, end) => ends.push(end));
      unwrap(gmap.fault(0n));
      machine.recordEvents(true);
      mm.notify(HOST + PAGE);
      return [ends, machine.takeEvents()];
    };
    const event = { kind: 'notify', notifier: 255, gmap: 0, gaddr: PAGE };
    expect(events(newGuest())).toEqual([[2n * PAGE - 1n], [{ ...event, end: undefined }]]);
    expect(events(newGuest({ kernel: '6.1' }))).toEqual([[2n * PAGE - 1n], [{ ...event, end: 2n * PAGE - 1n }]]);
  });

  it('that is unregistered a second time is a BUG', () => {
    const machine = newMachine({ kernel: '6.1' });
    const notifier = machine.onPteInvalidation(() => {});
    unwrap(notifier.unregister());
    unwrap(notifier.register());
    unwrap(notifier.unregister());
    expect(notifier.unregister()).toMatchObject({
      error: { code: 'BUG', place: 'notifier_never', syscall: 'gmap_unregister_pte_notifier' },
    });
    machine.reset();
    unwrap(notifier.register());
    expect(notifier.register()).toMatchObject({
      error: { code: 'BUG', place: 'notifier_twice', syscall: 'gmap_register_pte_notifier' },
    });
  });

  it('is closed whether it is registered or not', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    unwrap(gmap.fault(0n));
    let calls = 0;
    const notifier = machine.onPteInvalidation(() => calls++);
    mm.notify(HOST);
    unwrap(notifier.unregister());
    notifier.close();
    machine.onPteInvalidation(() => calls++).close();
    mm.notify(HOST);
    expect(calls).toBe(1);
    expect(machine.bug).toBeUndefined();
  });

  it('is called only for bits that ask for it', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    unwrap(gmap.fault(0n));
    let calls = 0;
    machine.onPteInvalidation(() => calls++);
    mm.notify(HOST, 2n ** 64n - 1n - PGSTE_IN);
    mm.notify(HOST, 0n);
    expect(calls).toBe(0);
    mm.notify(HOST, PGSTE_IN);
    mm.notify(HOST, undefined);
    mm.notify(HOST);
    expect(calls).toBe(3);
    expectGmapError(() => mm.notify(HOST + SEGMENT, PGSTE_IN), 'ERR_GMAP_NO_PAGE_TABLE');
  });
});

describe('mprotectNotify', () => {
  const armed = (protection: (typeof notifyProtections)[number]): Guest & { calls: bigint[] } => {
    const guest = newGuest({ kernel: '6.1' });
    const calls: bigint[] = [];
    guest.machine.onPteInvalidation((_gmap, gaddr) => calls.push(gaddr));
    unwrap(guest.gmap.store(PAGE, 1n, { fault: true }));
    unwrap(guest.gmap.mprotectNotify(PAGE, PAGE, protection));
    return { ...guest, calls };
  };

  it('for writing waits for the host', () => {
    const { mm, gmap, calls } = armed('write');
    unwrap(gmap.load(PAGE));
    unwrap(gmap.store(PAGE, 2n));
    expect(calls).toEqual([]);
    unwrap(mm.swapOut(HOST + PAGE));
    expect(calls).toEqual([PAGE]);
  });

  it('for reading waits for a store too', () => {
    const { gmap, calls } = armed('read');
    unwrap(gmap.load(PAGE));
    expect(gmap.store(PAGE, 2n)).toMatchObject({ error: { code: 'PROTECTION' } });
    expect(calls).toEqual([]);
    unwrap(gmap.store(PAGE, 2n, { fault: true }));
    expect(calls).toEqual([PAGE]);
  });

  it('for no access waits for any', () => {
    const { gmap, calls } = armed('none');
    expect(gmap.load(PAGE)).toMatchObject({ error: { code: 'PAGE_TRANSLATION' } });
    expect(calls).toEqual([]);
    expect(unwrap(gmap.load(PAGE, { fault: true }))).toBe(1n);
    expect(calls).toEqual([PAGE]);
  });

  it('needs ESOP for reading', () => {
    const { gmap } = newGuest({ kernel: '6.1', facilities: { esop: false } });
    expect(gmap.mprotectNotify(0n, PAGE, 'read')).toMatchObject({ error: { code: 'EINVAL' } });
    unwrap(gmap.mprotectNotify(0n, PAGE, 'write'));
    unwrap(gmap.mprotectNotify(0n, PAGE, 'none'));
  });

  it('fails as a fault does, and with EINVAL for what is no page', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    expect(gmap.mprotectNotify(1n, PAGE)).toMatchObject({ error: { code: 'EINVAL', syscall: 'gmap_mprotect_notify' } });
    expect(gmap.mprotectNotify(0n, 1n)).toMatchObject({ error: { code: 'EINVAL' } });
    expect(gmap.mprotectNotify(64n * SEGMENT, PAGE)).toMatchObject({ error: { code: 'EFAULT' } });
    unwrap(gmap.mprotectNotify(64n * SEGMENT, 0n));
    const deep = unwrap(mm.createGmap(2n ** 64n - 1n));
    unwrap(deep.mapSegment({ from: HOST, to: 0n, length: SEGMENT }));
    machine.inject('alloc_pages');
    expect(deep.mprotectNotify(0n, PAGE)).toMatchObject({ error: { code: 'ENOMEM' } });
    unwrap(gmap.mapSegment({ from: HOST, to: 64n * SEGMENT, length: SEGMENT }));
    unwrap(gmap.fault(64n * SEGMENT));
    expect(gmap.mprotectNotify(0n, PAGE)).toMatchObject({ error: { code: 'EEXIST' } });
  });

  it('of a process without PGSTEs is a BUG', () => {
    const machine = newMachine({ kernel: '6.1' });
    machine.sysctlAllocatePgste = false;
    const mm = unwrap(machine.exec());
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    const gmap = unwrap(mm.createGmap(0n));
    unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: SEGMENT }));
    expect(gmap.mprotectNotify(0n, PAGE)).toMatchObject({ error: { code: 'BUG', place: 'no_pgste' } });
  });

  it('has three protections', () => {
    const { gmap } = newGuest({ kernel: '6.1' });
    expect(notifyProtections).toEqual(['none', 'read', 'write']);
    for (const wrong of ['exec', '', 'WRITE']) {
      const error = thrownBy(() => gmap.mprotectNotify(0n, PAGE, wrong as 'read'));
      expect(error).toEqual(
        new RangeError(`gmap_mprotect_notify: protection must be one of none, read, write, not "${wrong}"`),
      );
    }
    for (const wrong of [2, null, { toString: 0 }])
      expect(thrownBy(() => gmap.mprotectNotify(0n, PAGE, wrong as unknown as 'read'))).toBeInstanceOf(TypeError);
  });
});
