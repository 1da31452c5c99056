// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { Machine, unwrap } from '../../lib/index.js';
import { expectGmapError, type Guest, HOST, newGuest, newMachine, PAGE, SEGMENT } from './fixture.js';

describe('a machine', () => {
  it('starts with one process and nothing else', () => {
    const machine = newMachine();
    expect(machine.processes).toEqual([machine.mm]);
    expect(machine.mm.number).toBe(0);
    expect(machine.mm.gmaps()).toEqual([]);
    expect(machine.counts()).toMatchObject({ mms: 1, gmaps: 0, vmas: 1, files: 0, radixNodes: 0, lostTables: 0 });
    expect(machine.check().ok).toBe(true);
  });

  it('has as many CPUs as it was told, and works on one of them', () => {
    const machine = newMachine({ cpus: 3 });
    expect(machine.cpus).toBe(3);
    expect(machine.currentCpu).toBe(0);
    machine.currentCpu = 2;
    expect(machine.currentCpu).toBe(2);
    expect(() => {
      machine.currentCpu = 3;
    }).toThrow(RangeError);
  });

  it('behaves like 4.7, or like the kernel that it was told, by either of its names', () => {
    expect(newMachine().kernel).toBe('linux-4.7');
    for (const kernel of ['6.1', 'linux-6.1'] as const) {
      const machine = newMachine({ kernel });
      expect(machine.kernel).toBe('linux-6.1');
      expect(unwrap(machine.mm.createGmap(0n)).references).toBe(1);
      machine.startTracing();
      expect(machine.tracedProgram().header.get('kernel')).toBe('linux-6.1');
    }
  });

  it('shares nothing with other machines', () => {
    const [one, other] = [newMachine(), newMachine()];
    unwrap(one.mm.mmap({ address: HOST, length: SEGMENT }));
    unwrap(one.mm.store(HOST, 1n));
    expect(other.mm.load(HOST)).toMatchObject({ ok: false, error: { code: 'EFAULT' } });
    expect(other.mm.machine).toBe(other);
  });

  it('gives back every object and frame', () => {
    const machine = newMachine();
    const before = machine.counts();
    const mm = unwrap(machine.exec());
    unwrap(mm.enableSie());
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    const gmap = unwrap(mm.allocGmap(2n ** 64n - 1n));
    unwrap(gmap.mapSegment({ from: HOST, to: 2n ** 60n, length: SEGMENT }));
    unwrap(gmap.fault(2n ** 60n, { write: true }));
    expect(machine.counts().frames).toBeGreaterThan(before.frames);
    mm.exit();
    gmap.free();
    expect(machine.counts()).toEqual(before);
  });

  it('is closed once, by hand or by `using`', () => {
    let outside: Machine;
    {
      using machine = new Machine();
      outside = machine;
      machine.close();
    }
    outside.close();
    expect(expectGmapError(() => outside.mm, 'ERR_GMAP_CLOSED')).toContain('machine.mm');
    expectGmapError(() => outside.counts(), 'ERR_GMAP_CLOSED');
  });
});

describe('its options', () => {
  it.each([
    [{ cpus: 0 }, 'cpus'],
    [{ cpus: 33 }, 'cpus'],
    [{ cpus: 1.5 }, 'cpus'],
    [{ cpus: Number.NaN }, 'cpus'],
    [{ storageLimit: -1 }, 'storageLimit'],
    [{ storageLimit: 2 ** 21 - 2 ** 14 }, 'storage limit'],
    [{ storageLimit: 2 ** 41 }, 'storage limit'],
    [{ storageLimit: 2 ** 22 + 1 }, 'multiple of 16 KiB'],
    [{ storageLimit: Number.POSITIVE_INFINITY }, 'storageLimit'],
    [{ maxSegments: -1 }, 'maxSegments'],
  ])('%o are out of range', (options, text) => {
    expect(() => new Machine(options)).toThrow(RangeError);
    expect(() => new Machine(options)).toThrow(text);
  });

  it.each([
    [null],
    ['linux-4.7'],
    [{ kernel: 4.7 }],
    [{ cpus: '1' }],
    [{ cpus: 1n }],
    [{ debugVm: 1 }],
    [{ debugList: 1 }],
    [{ facilities: true }],
    [{ facilities: { idte: 'yes' } }],
    [{ storageLimit: 2n ** 28n }],
  ])('%o are of the wrong type', (options) => {
    expect(() => new Machine(options as object)).toThrow(TypeError);
  });

  it('name the kernel that is not known', () => {
    expect(() => new Machine({ kernel: 'linux-2.4' as 'linux-4.7' })).toThrow('linux-2.4');
  });

  it('allow the smallest storage and the largest', () => {
    for (const storageLimit of [2 ** 21, 2 ** 40]) {
      const machine = newMachine({ storageLimit });
      unwrap(machine.mm.mmap({ address: HOST, length: SEGMENT }));
      expect(machine.mm.store(HOST, 7n).ok).toBe(true);
      machine.close();
    }
  });

  it('run out of storage as the kernel runs out of memory', () => {
    const { mm } = newMachine({ storageLimit: 2 ** 21 });
    unwrap(mm.mmap({ address: HOST, length: 64n * SEGMENT }));
    let stored = 0;
    while (mm.store(HOST + BigInt(stored) * 0x1000n, 1n).ok) stored++;
    expect(stored).toBeGreaterThan(200);
    expect(stored).toBeLessThan(256);
    expect(mm.allocGmap(0n)).toMatchObject({ ok: false, error: { code: 'ENOMEM', errno: -12, syscall: 'gmap_alloc' } });
  });

  it('decide how TLB entries are flushed', () => {
    const flushes = (idte: boolean): string[] => {
      const machine = newMachine({ facilities: { idte } });
      const gmap = unwrap(machine.mm.allocGmap(0n));
      machine.recordEvents(true);
      gmap.free();
      return machine.takeEvents().map((event) => event.kind);
    };
    expect(flushes(true)).toContain('idte');
    expect(flushes(false)).toContain('flush-all');
    expect(flushes(false)).not.toContain('idte');
  });
});

/** The page-table entry of a host page that is there. */
function pteOf({ machine, mm }: Guest, address: bigint): bigint {
  const bytes = machine.readStorage(unwrap(mm.walk(address)).entry, 8);
  return new DataView(bytes.buffer).getBigUint64(0);
}

describe('the facility nx', () => {
  it.each([
    [undefined, 0x100n],
    [true, 0x100n],
    [false, 0n],
  ])('%s makes pages not executable, and is there unless it is taken away', (nx, bit) => {
    const guest = newGuest({ kernel: '6.1', facilities: nx === undefined ? {} : { nx } });
    unwrap(guest.mm.store(HOST, 1n));
    expect(pteOf(guest, HOST) & 0x100n).toBe(bit);
    unwrap(guest.mm.mprotect(HOST, PAGE, { read: true, write: true, exec: true }));
    expect(pteOf(guest, HOST) & 0x100n).toBe(0n);
  });

  it('means nothing to 4.7', () => {
    const guest = newGuest({ facilities: { nx: true } });
    unwrap(guest.mm.store(HOST, 1n));
    expect(pteOf(guest, HOST) & 0x100n).toBe(0n);
  });

  it('is a flag', () => {
    expect(() => newMachine({ facilities: { nx: 1 as never } })).toThrow(
      new TypeError('Machine: nx must be a boolean, not the number 1'),
    );
  });
});
