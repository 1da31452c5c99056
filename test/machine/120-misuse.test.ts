// SPDX-License-Identifier: GPL-2.0-only
/** Wrong arguments through every door: a TypeError or RangeError that names the argument, and nothing has changed. */
import { describe, expect, it } from 'vitest';
import { Gmap, IpteNotifier, Machine, Mm, Snapshot, unwrap } from '../../lib/index.js';
import { show } from '../../lib/show.js';
import { expectGmapError, type Guest, HOST, newGuest, newMachine, PAGE, SEGMENT, thrownBy } from './fixture.js';

/** A call with one bigint argument that can be wrong. */
type Door = (guest: Guest, word: bigint) => unknown;

const doors: Record<string, Record<string, Door>> = {
  'gmap.mapSegment': {
    from: ({ gmap }, from) => gmap.mapSegment({ from, to: 0n, length: SEGMENT }),
    to: ({ gmap }, to) => gmap.mapSegment({ from: HOST, to, length: SEGMENT }),
    length: ({ gmap }, length) => gmap.mapSegment({ from: HOST, to: 0n, length }),
  },
  'gmap.unmapSegment': {
    to: ({ gmap }, to) => gmap.unmapSegment({ to, length: SEGMENT }),
    length: ({ gmap }, length) => gmap.unmapSegment({ to: 0n, length }),
  },
  'gmap.translate': { gaddr: ({ gmap }, gaddr) => gmap.translate(gaddr) },
  'gmap.fault': { gaddr: ({ gmap }, gaddr) => gmap.fault(gaddr) },
  'gmap.link': {
    gaddr: ({ gmap }, gaddr) => gmap.link(gaddr, HOST),
    vmaddr: ({ gmap }, vmaddr) => gmap.link(0n, vmaddr),
  },
  'gmap.segmentGaddr': { gaddr: ({ gmap }, gaddr) => gmap.segmentGaddr(gaddr) },
  'gmap.unlinkByVmaddr': { vmaddr: ({ gmap }, vmaddr) => gmap.unlinkByVmaddr(vmaddr) },
  'gmap.unmapByGaddr': { gaddr: ({ gmap }, gaddr) => gmap.unmapByGaddr(gaddr) },
  'gmap.discard': {
    from: ({ gmap }, from) => gmap.discard(from, PAGE),
    to: ({ gmap }, to) => gmap.discard(0n, to),
  },
  'gmap.zap': { gaddr: ({ gmap }, gaddr) => gmap.zap(gaddr) },
  'gmap.ipteNotify': {
    gaddr: ({ gmap }, gaddr) => gmap.ipteNotify(gaddr, PAGE),
    length: ({ gmap }, length) => gmap.ipteNotify(0n, length),
  },
  'gmap.load': { gaddr: ({ gmap }, gaddr) => gmap.load(gaddr) },
  'gmap.store': {
    gaddr: ({ gmap }, gaddr) => gmap.store(gaddr, 0n),
    value: ({ gmap }, value) => gmap.store(0n, value),
  },
  'gmap.walk': { gaddr: ({ gmap }, gaddr) => gmap.walk(gaddr) },
  'mm.allocGmap': { limit: ({ mm }, limit) => mm.allocGmap(limit) },
  'mm.unlink': { vmaddr: ({ mm }, vmaddr) => mm.unlink(vmaddr) },
  'mm.notify': { vmaddr: ({ mm }, vmaddr) => mm.notify(vmaddr) },
  'mm.setGuestStorageKey': { address: ({ mm }, address) => mm.setGuestStorageKey(address, 0) },
  'mm.getGuestStorageKey': { address: ({ mm }, address) => mm.getGuestStorageKey(address) },
  'mm.testAndClearGuestDirty': { address: ({ mm }, address) => mm.testAndClearGuestDirty(address) },
  'mm.essaSetUsage': { address: ({ mm }, address) => mm.essaSetUsage(address, 'stable') },
  'mm.essaSetZero': { address: ({ mm }, address) => mm.essaSetZero(address, true) },
  'mm.mmap': {
    address: ({ mm }, address) => mm.mmap({ address, length: PAGE }),
    length: ({ mm }, length) => mm.mmap({ address: HOST, length }),
  },
  'mm.mmap of huge memory': {
    address: ({ mm }, address) => mm.mmap({ address, length: SEGMENT, huge: true }),
    length: ({ mm }, length) => mm.mmap({ address: HOST, length, huge: true }),
  },
  'mm.munmap': {
    address: ({ mm }, address) => mm.munmap(address, PAGE),
    length: ({ mm }, length) => mm.munmap(HOST, length),
  },
  'mm.mprotect': {
    address: ({ mm }, address) => mm.mprotect(address, PAGE, { read: true, write: true, exec: false }),
    length: ({ mm }, length) => mm.mprotect(HOST, length, { read: true, write: true, exec: false }),
  },
  'mm.dontNeed': {
    address: ({ mm }, address) => mm.dontNeed(address, PAGE),
    length: ({ mm }, length) => mm.dontNeed(HOST, length),
  },
  'mm.mremap': {
    from: ({ mm }, from) => mm.mremap({ from, length: PAGE, to: HOST }),
    length: ({ mm }, length) => mm.mremap({ from: HOST, length, to: HOST + SEGMENT, newLength: PAGE }),
    to: ({ mm }, to) => mm.mremap({ from: HOST, length: PAGE, to }),
    newLength: ({ mm }, newLength) =>
      mm.mremap({ from: HOST, length: PAGE, to: HOST + SEGMENT, newLength: newLength ?? null }),
  },
  'mm.load': { address: ({ mm }, address) => mm.load(address) },
  'mm.store': { address: ({ mm }, address) => mm.store(address, 0n), value: ({ mm }, value) => mm.store(HOST, value) },
  'mm.swapOut': { address: ({ mm }, address) => mm.swapOut(address) },
  'mm.clearYoung': { address: ({ mm }, address) => mm.clearYoung(address) },
  'mm.walk': { address: ({ mm }, address) => mm.walk(address) },
  'machine.readStorage': { absolute: ({ machine }, absolute) => machine.readStorage(absolute, 1) },
  'machine.storageKey': { absolute: ({ machine }, absolute) => machine.storageKey(absolute) },
};

/** The same for what came after 4.7. */
const laterDoors: Record<string, Record<string, Door>> = {
  'mm.createGmap': { limit: ({ mm }, limit) => mm.createGmap(limit) },
  'gmap.mprotectNotify': {
    gaddr: ({ gmap }, gaddr) => gmap.mprotectNotify(gaddr, PAGE),
    length: ({ gmap }, length) => gmap.mprotectNotify(0n, length),
  },
  'mm.condSetGuestStorageKey': { address: ({ mm }, address) => mm.condSetGuestStorageKey(address, 0) },
  'mm.resetGuestReferenceBit': { address: ({ mm }, address) => mm.resetGuestReferenceBit(address) },
  'mm.testAndClearUc': { address: ({ mm }, address) => mm.testAndClearUc(address) },
  'mm.notify': {
    vmaddr: ({ mm }, vmaddr) => mm.notify(vmaddr, 0n),
    bits: ({ mm }, bits) => mm.notify(HOST, bits ?? (null as never)),
  },
};

const wrongTypes: unknown[] = [
  0,
  4096,
  Number.NaN,
  1.5,
  '0',
  true,
  null,
  undefined,
  {},
  [0n],
  Symbol('0'),
  () => 0n,
  Object(1n),
];
const outOfRange = [-1n, -(2n ** 63n), -(2n ** 64n), 2n ** 64n, 2n ** 65n, 2n ** 1000n];

const everywhere = [
  ...Object.entries(doors).map(([method, words]) => ({ method, words, kernel: '4.7' as const })),
  ...Object.entries(laterDoors).map(([method, words]) => ({ method, words, kernel: '6.1' as const })),
];
for (const { method, words, kernel } of everywhere) {
  for (const [name, call] of Object.entries(words)) {
    it(`${method} wants a 64-bit bigint as ${name}, in ${kernel}`, () => {
      const guest = newGuest({ kernel });
      // There is a page table.
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
        expect((error as RangeError).message).toContain(show(value));
      }
      expect(guest.machine.counts()).toEqual(before);
    });
  }
}

describe('options', () => {
  it.each<[string, (guest: Guest) => unknown]>([
    ['mapSegment', ({ gmap }) => gmap.mapSegment(undefined as never)],
    ['unmapSegment', ({ gmap }) => gmap.unmapSegment(null as never)],
    ['fault', ({ gmap }) => gmap.fault(0n, true as never)],
    ['fault', ({ gmap }) => gmap.fault(0n, { write: 1 as never })],
    ['load', ({ gmap }) => gmap.load(0n, null as never)],
    ['load', ({ gmap }) => gmap.load(0n, { fault: 'yes' as never })],
    ['store', ({ gmap }) => gmap.store(0n, 0n, { fault: 0n as never })],
    ['walk', ({ gmap }) => gmap.walk(0n, { store: 'no' as never })],
    ['mmap', ({ mm }) => mm.mmap(undefined as never)],
    ['mmap', ({ mm }) => mm.mmap({ address: HOST, length: PAGE, read: 1 as never })],
    ['mmap', ({ mm }) => mm.mmap({ address: HOST, length: PAGE, shared: 'x' as never })],
    ['mmap', ({ mm }) => mm.mmap({ address: HOST, length: PAGE, noReserve: 2 as never })],
    ['mprotect', ({ mm }) => mm.mprotect(HOST, PAGE, undefined as never)],
    ['mprotect', ({ mm }) => mm.mprotect(HOST, PAGE, { read: null as never, write: true, exec: true })],
    ['mremap', ({ mm }) => mm.mremap('x' as never)],
    ['setGuestStorageKey', ({ mm }) => mm.setGuestStorageKey(HOST, 1n as never)],
    ['setGuestStorageKey', ({ mm }) => mm.setGuestStorageKey(HOST, 0, { nonQuiescing: 1 as never })],
    ['attach', ({ mm }) => mm.attach('0' as never)],
    ['recordEvents', ({ machine }) => machine.recordEvents(1 as never)],
    ['readStorage', ({ machine }) => machine.readStorage(0n, '8' as never)],
    ['inject', ({ machine }) => machine.inject('kzalloc', '1' as never)],
    [
      'sysctlAllocatePgste',
      ({ machine }) => {
        machine.sysctlAllocatePgste = 1 as never;
      },
    ],
    [
      'currentCpu',
      ({ machine }) => {
        machine.currentCpu = 0n as never;
      },
    ],
  ])('of %s have types', (_, call) => {
    const guest = newGuest();
    expect(() => call(guest)).toThrow(TypeError);
    expect(guest.machine.check().ok).toBe(true);
  });

  it('have names and types', () => {
    const { mm } = newGuest({ kernel: '6.1' });
    expect(() => mm.condSetGuestStorageKey(HOST, 0, { ignoreReference: true } as never)).toThrow(
      'cond_set_guest_storage_key: options has no "ignoreReference": there are nonQuiescing, ignoreReferenced, ignoreChanged',
    );
    expect(() => mm.condSetGuestStorageKey(HOST, 0, { ignoreChanged: 1 as never })).toThrow(
      new TypeError('cond_set_guest_storage_key: ignoreChanged must be a boolean, not the number 1'),
    );
    expect(() => mm.condSetGuestStorageKey(HOST, 0, null as never)).toThrow(TypeError);
  });

  it.each([-1, 256, 1.5, Number.NaN])('%d is no storage key', (key) => {
    expect(() => newGuest({ kernel: '6.1' }).mm.condSetGuestStorageKey(HOST, key)).toThrow(RangeError);
  });
});

// As plain JavaScript would: the compiler refuses all of these.
const misspelt = <T>(options: unknown): T => options as T;

describe('what is misspelt does not count as left out', () => {
  it('names the options that there are', () => {
    expect(() => new Machine(misspelt({ storagelimit: 5 }))).toThrow(
      /^Machine: options has no "storagelimit": there are kernel, /,
    );
    expect(() => new Machine({ facilities: misspelt({ edat: true }) })).toThrow(
      new TypeError('Machine: facilities has no "edat": there are esop, idte, tlbLc, nx'),
    );
    expect(() => new Machine({ kernel: misspelt('linux-9') })).toThrow(
      /^unknown kernel "linux-9"; the model knows linux-4.7/,
    );
    using machine = new Machine();
    const { mm } = machine;
    expect(() => mm.mmap(misspelt({ address: 0n, length: 4096n, raed: true }))).toThrow(/^mmap: options has no "raed"/);
    expect(() => mm.mprotect(0n, 4096n, misspelt({ wirte: true }))).toThrow(/^mprotect: protection has no "wirte"/);
    expect(() => mm.mremap(misspelt({ from: 0n, lenght: 4096n, to: 0n }))).toThrow(/^mremap: options has no "lenght"/);
  });

  it('takes segments as objects only', () => {
    using machine = new Machine();
    const gmap = machine.mm.allocGmap(0n);
    if (!gmap.ok) throw new Error('no gmap');
    for (const wrong of [undefined, null, 5n]) {
      expect(() => gmap.value.mapSegment(misspelt(wrong))).toThrow(/^gmap_map_segment: segment must be an object/);
      expect(() => gmap.value.unmapSegment(misspelt(wrong))).toThrow(/^gmap_unmap_segment: segment must be an object/);
    }
  });
});

describe('the kernel', () => {
  it('is asked whether it has the function after the arguments were looked at', () => {
    const { mm, gmap } = newGuest();
    expect(() => mm.createGmap(0 as never)).toThrow(TypeError);
    expect(() => gmap.mprotectNotify(0n, -1n)).toThrow(RangeError);
    expect(() => mm.condSetGuestStorageKey(HOST, 256)).toThrow(RangeError);
    expect(() => mm.notify(HOST, 1 as never)).toThrow(TypeError);
  });
});

/** Wherever a range ends or wraps there is an answer, at once. */
describe('extreme ranges', () => {
  const words = [0n, 1n, PAGE, SEGMENT, 2n ** 31n, 2n ** 42n, 2n ** 53n - SEGMENT, 2n ** 53n, 2n ** 63n];
  const extremes = [...words, ...words.map((word) => 2n ** 64n - 1n - word), 2n ** 64n - SEGMENT, 2n ** 64n - PAGE];

  it.each<[string, (guest: Guest, a: bigint, b: bigint) => unknown]>([
    ['mapSegment from', ({ gmap }, a, b) => gmap.mapSegment({ from: a, to: 0n, length: b })],
    ['mapSegment to', ({ gmap }, a, b) => gmap.mapSegment({ from: HOST, to: a, length: b })],
    ['unmapSegment', ({ gmap }, a, b) => gmap.unmapSegment({ to: a, length: b })],
    ['discard', ({ gmap }, a, b) => gmap.discard(a, b)],
    ['ipteNotify', ({ gmap }, a, b) => gmap.ipteNotify(a, b)],
    ['link', ({ gmap }, a, b) => gmap.link(a, b)],
    ['zap', ({ gmap }, a) => gmap.zap(a)],
    ['store', ({ gmap }, a, b) => gmap.store(a, b, { fault: true })],
    ['mmap', ({ mm }, a, b) => mm.mmap({ address: a, length: b })],
    ['munmap', ({ mm }, a, b) => mm.munmap(a, b)],
    ['mprotect', ({ mm }, a, b) => mm.mprotect(a, b, { read: true, write: false, exec: false })],
    ['dontNeed', ({ mm }, a, b) => mm.dontNeed(a, b)],
    ['mremap', ({ mm }, a, b) => mm.mremap({ from: a, length: b, to: HOST, newLength: b })],
    ['setGuestStorageKey', ({ mm }, a) => mm.setGuestStorageKey(a, 0x30)],
  ])('%s', { timeout: 10_000 }, (_, call) => {
    const guest = newGuest({ storageLimit: 2 ** 24, maxSegments: 4096 });
    const snapshot = guest.machine.snapshot();
    for (const a of extremes) {
      for (const b of extremes) {
        try {
          expect(call(guest, a, b)).toHaveProperty('ok');
        } catch (error) {
          expect(error).toHaveProperty('code', 'ERR_GMAP_BUDGET');
        }
        guest.machine.restore(snapshot);
      }
    }
    expect(guest.machine.check().ok).toBe(true);
  });
});

describe('objects', () => {
  it('of a closed machine are closed too', () => {
    const { machine, mm, gmap } = newGuest();
    const notifier = machine.createNotifier(() => {});
    const snapshot = machine.snapshot();
    machine.close();
    for (const call of [
      () => gmap.translate(0n),
      () => gmap.free(),
      () => mm.load(HOST),
      () => machine.reset(),
      () => machine.restore(snapshot),
      () => machine.exec(),
      () => machine.execute(new Uint8Array(8)),
      () => machine.createNotifier(() => {}),
      () => machine.onMmapSemDropped(() => {}),
      () => machine.takeEvents(),
      () => machine.bug,
      () => machine.currentCpu,
      () => notifier.register(),
    ])
      expectGmapError(call, 'ERR_GMAP_CLOSED');
    for (const close of [() => gmap.close(), () => notifier.close(), () => snapshot.close(), () => machine.close()])
      expect(close()).toBeUndefined();
  });

  it('that are made by hand do nothing', () => {
    const byHand = Gmap as unknown as new (...args: unknown[]) => Gmap;
    for (const args of [[], [1, 2, 3], [{}, 2 ** 60, {}], [null, Number.NaN], [{}, -1], [{}, 1.5]]) {
      expect(() => new byHand(...args)).toThrow('Gmap: use mm.allocGmap()');
    }
    expect(() => new (IpteNotifier as unknown as new () => IpteNotifier)()).toThrow('use machine.createNotifier()');
    expect(() => new (Mm as unknown as new () => Mm)()).toThrow('Mm: use machine.mm');
    expect(() => new (Snapshot as unknown as new () => Snapshot)()).toThrow('Snapshot: use machine.snapshot()');
    for (const ours of [Object.create(Snapshot.prototype), new Proxy(newMachine().snapshot(), {})])
      expect(() => newMachine().restore(ours as Snapshot)).toThrow('snapshot must be a Snapshot, not an object');
  });

  it('cannot lend their methods', () => {
    const { gmap } = newGuest();
    expect(() => gmap.translate.call({} as Gmap, 0n)).toThrow(TypeError);
    expect(() => Machine.prototype.reset.call(Object.create(Machine.prototype) as Machine)).toThrow(TypeError);
    expect(() => (Machine as unknown as () => void)()).toThrow(TypeError);
  });

  it('of another machine do not get in', () => {
    const [one, other] = [newMachine(), newMachine()];
    expectGmapError(() => other.restore(one.snapshot()), 'ERR_GMAP_FOREIGN');
    expect(unwrap(one.exec()).machine).not.toBe(other);
  });
});
