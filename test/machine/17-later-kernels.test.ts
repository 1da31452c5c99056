// SPDX-License-Identifier: GPL-2.0-only
/** Machines that behave like kernels after 4.7: what they have, and what they do not have any more. */
import { describe, expect, it } from 'vitest';
import { type Gmap, type Kernel, type MachineOptions, notifyProtections, unwrap } from '../../lib/index.js';
import { expectGmapError, type Guest, HOST, newGuest, newMachine, PAGE, SEGMENT, thrownBy } from './fixture.js';

const laterKernels = ['linux-5.10', 'linux-6.1', 'linux-6.12'] as const satisfies readonly Kernel[];
const PGSTE_IN = 0x0000_4000_0000_0000n;

/** A process with four segments of memory at HOST, and a two-level gmap that has them at 0. */
function laterGuest(options: MachineOptions = {}): Guest {
  const machine = newMachine({ kernel: 'linux-6.1', ...options });
  const { mm } = machine;
  unwrap(mm.enableSie());
  unwrap(mm.mmap({ address: HOST, length: 4n * SEGMENT }));
  const gmap = unwrap(mm.createGmap(0x7fff_ffffn));
  unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: 4n * SEGMENT }));
  return { machine, mm, gmap };
}

/** The page-table entry of a host page that is there. */
function pteOf({ machine, mm }: Guest, address: bigint): bigint {
  const bytes = machine.readStorage(unwrap(mm.walk(address)).entry, 8);
  return new DataView(bytes.buffer).getBigUint64(0);
}

describe.each(laterKernels)('a machine of %s', (kernel) => {
  it('runs a guest', () => {
    const { machine, mm, gmap } = laterGuest({ kernel, checkAlways: true });
    expect(machine.kernel).toBe(kernel);
    unwrap(gmap.store(PAGE, 7n, { fault: true }));
    expect(unwrap(mm.load(HOST + PAGE))).toBe(7n);
    unwrap(mm.swapOut(HOST + PAGE));
    expect(unwrap(gmap.load(PAGE, { fault: true }))).toBe(7n);
    unwrap(mm.munmap(HOST, 4n * SEGMENT));
    expect(gmap.load(PAGE, { fault: true })).toMatchObject({ ok: false, error: { fault: { code: 'EFAULT' } } });
  });

  it.each<[string, (guest: Guest) => unknown, string]>([
    ['gmap_alloc', ({ mm }) => mm.allocGmap(0n), 'createGmap (gmap_create)'],
    ['gmap_free', ({ gmap }) => gmap.free(), 'remove (gmap_remove)'],
    ['gmap_ipte_notify', ({ gmap }) => gmap.ipteNotify(0n, PAGE), 'mprotectNotify (gmap_mprotect_notify)'],
    [
      'test_and_clear_guest_dirty',
      ({ mm }) => mm.testAndClearGuestDirty(HOST),
      'testAndClearUc (ptep_test_and_clear_uc)',
    ],
  ])('has no %s, and says what to use instead', (name, call, instead) => {
    const guest = laterGuest({ kernel });
    const before = guest.machine.counts();
    expect(expectGmapError(() => call(guest), 'ERR_GMAP_UNSUPPORTED')).toBe(
      `${name}: ${kernel} does not have this function; use ${instead}`,
    );
    expect(guest.machine.counts()).toEqual(before);
    expect(unwrap(guest.gmap.translate(0n))).toBe(HOST);
  });

  it('maps host memory up to the end of the addresses', () => {
    const { gmap } = laterGuest({ kernel });
    const from = 2n ** 64n - 2n * SEGMENT;
    unwrap(gmap.mapSegment({ from, to: 0n, length: SEGMENT }));
    expect(unwrap(gmap.translate(0x123n))).toBe(from + 0x123n);
  });
});

describe('a machine of linux-4.7', () => {
  it.each<[string, (guest: Guest) => unknown, string]>([
    ['gmap_create', ({ mm }) => mm.createGmap(0n), '; use allocGmap (gmap_alloc)'],
    ['gmap_remove', ({ gmap }) => gmap.remove(), '; use free (gmap_free)'],
    ['gmap_get', ({ gmap }) => gmap.get(), ''],
    ['gmap_put', ({ gmap }) => gmap.put(), ''],
    ['gmap_mprotect_notify', ({ gmap }) => gmap.mprotectNotify(0n, PAGE), '; use ipteNotify (gmap_ipte_notify)'],
    [
      'ptep_test_and_clear_uc',
      ({ mm }) => mm.testAndClearUc(HOST),
      '; use testAndClearGuestDirty (test_and_clear_guest_dirty)',
    ],
    ['cond_set_guest_storage_key', ({ mm }) => mm.condSetGuestStorageKey(HOST, 0x30), ''],
    ['reset_guest_reference_bit', ({ mm }) => mm.resetGuestReferenceBit(HOST), ''],
    ['ptep_notify', ({ mm }) => mm.notify(HOST, PGSTE_IN), '; use it without bits'],
  ])('has no %s yet', (name, call, instead) => {
    const guest = newGuest();
    unwrap(guest.gmap.fault(0n));
    const before = guest.machine.counts();
    expect(expectGmapError(() => call(guest), 'ERR_GMAP_UNSUPPORTED')).toBe(
      `${name}: linux-4.7 does not have this function${instead}`,
    );
    expect(guest.machine.counts()).toEqual(before);
  });

  it('does not count references', () => {
    const { gmap } = newGuest();
    expect([gmap.references, gmap.isListed]).toEqual([1, true]);
  });
});

describe('references to a gmap', () => {
  it('keep it until the last one is put', () => {
    const { machine, mm, gmap } = laterGuest();
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
    const { machine, mm, gmap } = laterGuest();
    gmap.get();
    unwrap(gmap.remove());
    mm.exit();
    expect(machine.counts().mms).toBe(1);
    expect(gmap.fault(0n)).toMatchObject({ error: { code: 'EFAULT' } });
    unwrap(gmap.put());
    expect(machine.counts()).toMatchObject({ mms: 0, gmaps: 0, frames: 0 });
  });

  it('are part of the state that a snapshot has', () => {
    const { machine, mm, gmap } = laterGuest();
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
    const { machine, gmap } = laterGuest();
    expect(gmap.put()).toMatchObject({
      ok: false,
      error: { code: 'BUG', place: 'put_listed', text: 'g0', syscall: 'gmap_put' },
    });
    expectGmapError(() => gmap.get(), 'ERR_GMAP_DEAD');
    machine.reset();
    expect(machine.check().ok).toBe(true);
  });

  it('that are left do not let it be removed twice: a BUG', () => {
    const { gmap } = laterGuest();
    gmap.get();
    unwrap(gmap.remove());
    expect(gmap.remove()).toMatchObject({ error: { code: 'BUG', place: 'removed_twice', syscall: 'gmap_remove' } });
  });

  it('do not fail for lack of memory, but making the gmap does', () => {
    const machine = newMachine({ kernel: 'linux-6.12' });
    for (const kind of ['kzalloc', 'alloc_pages'] as const) {
      machine.inject(kind);
      expect(machine.mm.createGmap(0n)).toMatchObject({ error: { code: 'ENOMEM', syscall: 'gmap_create' } });
    }
    expect(machine.counts().gmaps).toBe(0);
    for (let i = 0; i < 4096; i++) unwrap(machine.mm.createGmap(0n));
    expect(expectGmapError(() => machine.mm.createGmap(0n), 'ERR_GMAP_BUDGET')).toContain('4096 gmaps');
  });
});

describe('close() of a gmap', () => {
  const withReferences = (count: number, gmap: Gmap): Gmap => {
    for (let i = 1; i < count; i++) gmap.get();
    return gmap;
  };

  it.each([1, 2, 5])('gives up all of its %i references', (count) => {
    const { machine, mm, gmap } = laterGuest();
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
    const { machine, gmap } = laterGuest();
    unwrap(withReferences(count, gmap).remove());
    gmap.close();
    expect(machine.counts().gmaps).toBe(0);
    expect(machine.check().ok).toBe(true);
  });

  it('is what `using` does', () => {
    const { machine, mm } = laterGuest();
    {
      using gmap = unwrap(mm.createGmap(0n));
      gmap.get();
      expect(machine.counts().gmaps).toBe(2);
    }
    expect(machine.counts().gmaps).toBe(1);
  });

  it('does nothing in a dead or closed machine', () => {
    const { machine, gmap } = laterGuest();
    gmap.get();
    expect(gmap.link(0n, HOST)).toMatchObject({ error: { code: 'BUG' } });
    gmap.close();
    const other = laterGuest();
    other.machine.close();
    other.gmap.close();
    machine.reset();
    expect(machine.counts().gmaps).toBe(0);
  });

  it('is not possible in a notifier callback, nor are remove and put', () => {
    const { machine, mm, gmap } = laterGuest();
    unwrap(gmap.fault(0n));
    let refused = 0;
    machine.onPteInvalidation(() => {
      for (const call of [
        () => gmap.close(),
        () => gmap.remove(),
        () => gmap.get(),
        () => gmap.put(),
        () => gmap.mprotectNotify(0n, PAGE),
        () => mm.createGmap(0n),
        () => mm.condSetGuestStorageKey(HOST, 0),
        () => mm.resetGuestReferenceBit(HOST),
        () => mm.testAndClearUc(HOST),
      ]) {
        expectGmapError(call, 'ERR_GMAP_IN_CALLBACK');
        refused++;
      }
      expect([gmap.references, gmap.isListed]).toEqual([1, true]);
    });
    mm.notify(HOST);
    expect(refused).toBe(9);
    expect(unwrap(gmap.translate(0n))).toBe(HOST);
  });
});

describe('while mmap_sem is dropped', () => {
  it('gmaps cannot be removed, nor references given up', () => {
    const { machine, gmap } = laterGuest();
    gmap.get();
    const refused: string[] = [];
    machine.inject('fixup_retry');
    machine.onMmapSemDropped(() => {
      for (const call of [() => gmap.remove(), () => gmap.put(), () => gmap.close()])
        refused.push(expectGmapError(call, 'ERR_GMAP_IN_CALLBACK'));
    });
    unwrap(gmap.fault(0n));
    expect(refused).toHaveLength(3);
    expect([gmap.references, gmap.isListed]).toEqual([2, true]);
  });
});

describe('a notifier', () => {
  it('is told the first and the last address of the page', () => {
    const { machine, mm, gmap } = laterGuest();
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
    expect(events(laterGuest())).toEqual([[2n * PAGE - 1n], [{ ...event, end: 2n * PAGE - 1n }]]);
  });

  it('that is unregistered a second time is a BUG', () => {
    const machine = newMachine({ kernel: 'linux-6.1' });
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
    const { machine, mm, gmap } = laterGuest();
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
    const { machine, mm, gmap } = laterGuest();
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
    const guest = laterGuest();
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
    const { gmap } = laterGuest({ facilities: { esop: false } });
    expect(gmap.mprotectNotify(0n, PAGE, 'read')).toMatchObject({ error: { code: 'EINVAL' } });
    unwrap(gmap.mprotectNotify(0n, PAGE, 'write'));
    unwrap(gmap.mprotectNotify(0n, PAGE, 'none'));
  });

  it('fails as a fault does, and with EINVAL for what is no page', () => {
    const { machine, mm, gmap } = laterGuest();
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
    const machine = newMachine({ kernel: 'linux-6.1' });
    machine.sysctlAllocatePgste = false;
    const mm = unwrap(machine.exec());
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    const gmap = unwrap(mm.createGmap(0n));
    unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: SEGMENT }));
    expect(gmap.mprotectNotify(0n, PAGE)).toMatchObject({ error: { code: 'BUG', place: 'no_pgste' } });
  });

  it('has three protections', () => {
    const { gmap } = laterGuest();
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

describe('guest storage keys', () => {
  it('are set under conditions', () => {
    const { mm } = laterGuest();
    unwrap(mm.enableSkey());
    unwrap(mm.store(HOST, 1n));
    const set = (...args: Parameters<typeof mm.condSetGuestStorageKey>): [boolean, number] => {
      unwrap(mm.setGuestStorageKey(HOST, 0x36));
      return [unwrap(mm.condSetGuestStorageKey(...args)), unwrap(mm.getGuestStorageKey(HOST))];
    };
    expect(set(HOST, 0x36)).toEqual([true, 0x36]);
    expect(set(HOST, 0x36, { ignoreReferenced: true })).toEqual([false, 0x36]);
    expect(set(HOST, 0x32, { ignoreReferenced: true })).toEqual([false, 0x36]);
    expect(set(HOST, 0x32, { ignoreChanged: true })).toEqual([true, 0x32]);
    expect(set(HOST, 0x34, { ignoreChanged: true })).toEqual([false, 0x36]);
    expect(set(HOST, 0x30, { ignoreReferenced: true, ignoreChanged: true })).toEqual([false, 0x36]);
    expect(set(HOST, 0x46, { ignoreReferenced: true, ignoreChanged: true, nonQuiescing: true })).toEqual([true, 0x46]);
  });

  it('lose their reference bit', () => {
    const { mm } = laterGuest();
    unwrap(mm.enableSkey());
    unwrap(mm.store(HOST, 1n));
    const reset = (key: number): number => {
      unwrap(mm.setGuestStorageKey(HOST, key));
      // what the frame had of its own goes with the first
      unwrap(mm.resetGuestReferenceBit(HOST));
      unwrap(mm.setGuestStorageKey(HOST, key));
      return unwrap(mm.resetGuestReferenceBit(HOST));
    };
    expect([0x30, 0x32, 0x34, 0x36].map(reset)).toEqual([0, 1, 2, 3]);
    expect(unwrap(mm.getGuestStorageKey(HOST))).toBe(0x32);
  });

  it.each(laterKernels)('of %s need a page table, from 6.1 on also memory', (kernel) => {
    const { machine, mm } = laterGuest({ kernel });
    const EFAULT = { ok: false, error: { code: 'EFAULT', errno: -14 } };
    const before = machine.counts();
    expect(mm.getGuestStorageKey(HOST)).toEqual({ ok: true, value: 0 });
    expect(mm.setGuestStorageKey(HOST, 0x30)).toMatchObject(EFAULT);
    expect(mm.condSetGuestStorageKey(HOST, 0x30)).toMatchObject(EFAULT);
    const nowhere = HOST + 64n * SEGMENT;
    const missing = kernel === 'linux-5.10' ? { ok: true, value: 0 } : EFAULT;
    expect(mm.getGuestStorageKey(nowhere)).toMatchObject(missing);
    expect(mm.resetGuestReferenceBit(nowhere)).toMatchObject(EFAULT);
    expect(machine.counts()).toEqual(before);
  });

  it('replace zero pages by pages in 6.12, for which there can be no memory', () => {
    const machine = newMachine({ kernel: 'linux-6.12' });
    const { mm } = machine;
    unwrap(mm.enableSie());
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    unwrap(mm.load(HOST));
    machine.inject('host_page');
    expect(mm.enableSkey()).toMatchObject({ error: { code: 'ENOMEM', syscall: 's390_enable_skey' } });
    expect(mm.skeyEnabled).toBe(false);
    unwrap(mm.enableSkey());
    expect(mm.skeyEnabled).toBe(true);
    expect(machine.check().ok).toBe(true);
  });
});

describe('the dirty log', () => {
  it('has a page that was written to, and makes no page table', () => {
    const { machine, mm, gmap } = laterGuest();
    const dirty = (): boolean => unwrap(mm.testAndClearUc(HOST));
    const before = machine.counts();
    expect(dirty()).toBe(false);
    expect(machine.counts()).toEqual(before);
    unwrap(gmap.store(0n, 1n, { fault: true }));
    expect([dirty(), dirty()]).toEqual([true, false]);
    expect(gmap.store(0n, 2n)).toMatchObject({ error: { code: 'PROTECTION' } });
    unwrap(gmap.store(0n, 2n, { fault: true }));
    expect(dirty()).toBe(true);
  });
});

describe('facilities', () => {
  it.each([
    [undefined, 0x100n],
    [true, 0x100n],
    [false, 0n],
  ])('nx: %s', (nx, bit) => {
    const guest = laterGuest({ facilities: nx === undefined ? {} : { nx } });
    unwrap(guest.mm.store(HOST, 1n));
    expect(pteOf(guest, HOST) & 0x100n).toBe(bit);
    unwrap(guest.mm.mprotect(HOST, PAGE, { read: true, write: true, exec: true }));
    expect(pteOf(guest, HOST) & 0x100n).toBe(0n);
  });

  it('nx means nothing to 4.7', () => {
    const guest = newGuest({ facilities: { nx: true } });
    unwrap(guest.mm.store(HOST, 1n));
    expect(pteOf(guest, HOST) & 0x100n).toBe(0n);
  });

  it('nx is a flag', () => {
    expect(() => newMachine({ facilities: { nx: 1 as never } })).toThrow(
      new TypeError('Machine: nx must be a boolean, not the number 1'),
    );
  });
});

describe('wrong arguments', () => {
  const wrongTypes = [0, '0', true, null, {}, [0n], Symbol('0')];
  const outOfRange = [-1n, 2n ** 64n];

  it.each<[string, string, (guest: Guest, word: bigint) => unknown]>([
    ['createGmap', 'limit', ({ mm }, limit) => mm.createGmap(limit)],
    ['mprotectNotify', 'gaddr', ({ gmap }, gaddr) => gmap.mprotectNotify(gaddr, PAGE)],
    ['mprotectNotify', 'length', ({ gmap }, length) => gmap.mprotectNotify(0n, length)],
    ['condSetGuestStorageKey', 'address', ({ mm }, address) => mm.condSetGuestStorageKey(address, 0)],
    ['resetGuestReferenceBit', 'address', ({ mm }, address) => mm.resetGuestReferenceBit(address)],
    ['testAndClearUc', 'address', ({ mm }, address) => mm.testAndClearUc(address)],
    ['notify', 'vmaddr', ({ mm }, vmaddr) => mm.notify(vmaddr, 0n)],
    ['notify', 'bits', ({ mm }, bits) => mm.notify(HOST, bits)],
  ])('%s wants a 64-bit bigint as %s', (_method, name, call) => {
    const guest = laterGuest();
    unwrap(guest.mm.store(HOST, 1n));
    const before = guest.machine.counts();
    for (const value of wrongTypes) {
      const error = thrownBy(() => call(guest, value as bigint));
      expect(error).toBeInstanceOf(TypeError);
      expect((error as TypeError).message).toContain(`${name} must be a bigint`);
    }
    for (const value of outOfRange) {
      const error = thrownBy(() => call(guest, value));
      expect(error).toBeInstanceOf(RangeError);
      expect((error as RangeError).message).toContain(`${name} must be from 0n to 2n ** 64n - 1n, not ${value}n`);
    }
    expect(guest.machine.counts()).toEqual(before);
  });

  it('are found before the kernel is asked whether it has the function', () => {
    const { mm, gmap } = newGuest();
    expect(() => mm.createGmap(0 as never)).toThrow(TypeError);
    expect(() => gmap.mprotectNotify(0n, -1n)).toThrow(RangeError);
    expect(() => mm.condSetGuestStorageKey(HOST, 256)).toThrow(RangeError);
    expect(() => mm.notify(HOST, 1 as never)).toThrow(TypeError);
  });

  it.each([-1, 256, 1.5, Number.NaN])('%d is no storage key', (key) => {
    expect(() => laterGuest().mm.condSetGuestStorageKey(HOST, key)).toThrow(RangeError);
  });

  it('options have names and types', () => {
    const { mm } = laterGuest();
    expect(() => mm.condSetGuestStorageKey(HOST, 0, { ignoreReference: true } as never)).toThrow(
      'cond_set_guest_storage_key: options has no "ignoreReference": there are nonQuiescing, ignoreReferenced, ignoreChanged',
    );
    expect(() => mm.condSetGuestStorageKey(HOST, 0, { ignoreChanged: 1 as never })).toThrow(
      new TypeError('cond_set_guest_storage_key: ignoreChanged must be a boolean, not the number 1'),
    );
    expect(() => mm.condSetGuestStorageKey(HOST, 0, null as never)).toThrow(TypeError);
  });
});
