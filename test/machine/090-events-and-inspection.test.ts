// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it, vi } from 'vitest';
import { outcome } from '../../lib/generated/abi.js';
import { bugPlaces, type MachineEvent, unwrap } from '../../lib/index.js';
import { native } from '../../lib/native/binding.js';
import { expectGmapError, HOST, newGuest, newMachine, PAGE, SEGMENT } from './fixture.js';

describe('events', () => {
  it('tell what happened inside of calls, in order', () => {
    const { machine, mm, gmap } = newGuest();
    const notifier = machine.onPteInvalidation(() => {});
    unwrap(gmap.ipteNotify(0n, PAGE));
    machine.recordEvents(true);
    unwrap(mm.munmap(HOST, SEGMENT));
    expect(machine.takeEvents()).toMatchObject([
      { kind: 'notify', notifier: notifier.number, gmap: gmap.number, gaddr: 0n },
      { kind: 'lazy', vmaddr: HOST },
      { kind: 'free-frames', order: 0 },
      { kind: 'idte', gmap: gmap.number, asce: gmap.asce },
      { kind: 'flush-all', local: true },
      { kind: 'free-frames', order: 0 },
    ]);
    expect(machine.takeEvents()).toEqual([]);
  });

  it('are of ten kinds', () => {
    const kinds = new Set<MachineEvent['kind']>();
    const { machine, mm, gmap } = newGuest();
    machine.recordEvents(true);
    machine.onPteInvalidation(() => {});
    unwrap(mm.enableSkey());
    unwrap(gmap.ipteNotify(0n, PAGE));
    unwrap(mm.setGuestStorageKey(HOST, 0x10));
    mm.clearYoung(HOST);
    unwrap(mm.store(HOST, 1n));
    unwrap(mm.munmap(HOST, SEGMENT));
    gmap.free();
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    unwrap(mm.store(HOST, 1n));
    unwrap(mm.munmap(HOST, SEGMENT));
    machine.inject('host_table', 1);
    expect(mm.fork().ok).toBe(false);
    for (const event of machine.takeEvents()) kinds.add(event.kind);
    expect([...kinds].sort()).toEqual(
      [
        'alloc-frames',
        'failure',
        'flush-all',
        'free-frames',
        'idte',
        'idte-mm',
        'ipte',
        'key',
        'lazy',
        'notify',
      ].sort(),
    );
  });

  it('are not kept unless asked for, nor those of programs', () => {
    const { machine, mm } = newGuest();
    unwrap(mm.store(HOST, 1n));
    expect(machine.takeEvents()).toEqual([]);
    machine.recordEvents(true);
    machine.execute(new Uint8Array(16));
    expect(machine.takeEvents()).toEqual([]);
    machine.recordEvents(false);
    unwrap(mm.store(HOST + PAGE, 1n));
    expect(machine.takeEvents()).toEqual([]);
  });

  it('of long ago are thrown away when nobody takes them', () => {
    const { machine, mm, gmap } = newGuest();
    machine.onPteInvalidation(() => {});
    unwrap(gmap.fault(0n));
    machine.recordEvents(true);
    for (let i = 0; i < 2 ** 20 + 100; i++) mm.notify(HOST);
    expect(machine.takeEvents().length).toBeLessThan(200);
    expect(machine.bug).toBeUndefined();
  });
});

describe('storage', () => {
  it('is read as the machine has it: big-endian, blank pages zero', () => {
    const { machine, mm } = newGuest();
    unwrap(mm.store(HOST, 0x0102_0304_0506_0708n));
    unwrap(mm.load(HOST + PAGE));
    const { absolute, entry, value } = unwrap(mm.walk(HOST));
    expect([...machine.readStorage(absolute, 9)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0]);
    const bytes = machine.readStorage(entry, 8);
    expect(new DataView(bytes.buffer).getBigUint64(0)).toBe(value);
    expect(machine.readStorage(0n, 0)).toEqual(new Uint8Array());
    expect(machine.readStorage(BigInt(2 ** 28), 0)).toEqual(new Uint8Array());
  });

  it('has a page that was freed and given out again as zero', () => {
    const { machine, mm } = newGuest();
    unwrap(mm.store(HOST, 2n ** 64n - 1n));
    const { absolute } = unwrap(mm.walk(HOST));
    unwrap(mm.dontNeed(HOST, PAGE));
    unwrap(mm.store(HOST + PAGE + 8n, 1n));
    expect(unwrap(mm.walk(HOST + PAGE)).absolute).toBe(absolute);
    expect(machine.readStorage(absolute, 8)).toEqual(new Uint8Array(8));
  });

  it('ends where its limit is', () => {
    const machine = newMachine({ storageLimit: 2 ** 21 });
    expect(machine.readStorage(0n, 2 ** 21)).toHaveLength(2 ** 21);
    expect(machine.storageKey(BigInt(2 ** 21 - 1))).toBe(0);
    for (const run of [
      () => machine.readStorage(1n, 2 ** 21),
      () => machine.readStorage(BigInt(2 ** 21), 1),
      () => machine.readStorage(2n ** 64n - 1n, 2),
      () => machine.readStorage(-1n, 2),
      () => machine.readStorage(0n, -1),
      () => machine.readStorage(0n, 2 ** 50),
      () => machine.storageKey(BigInt(2 ** 21)),
      () => machine.storageKey(2n ** 64n),
    ])
      expect(run).toThrow(RangeError);
    expect(() => machine.readStorage(0 as unknown as bigint, 1)).toThrow(TypeError);
    expect(() => machine.storageKey('0' as unknown as bigint)).toThrow(TypeError);
  });
});

describe('the check of the invariants', () => {
  it('finds nothing in a machine that was used as a kernel uses it', () => {
    const { machine, gmap } = newGuest({ checkAlways: true });
    unwrap(gmap.fault(0n, { write: true }));
    expect(unwrap(gmap.translate(5n))).toBe(HOST + 5n);
    expect(machine.check()).toEqual({ ok: true, value: undefined });
    unwrap(gmap.unmapSegment({ to: 0n, length: SEGMENT }));
  });

  // No call breaks an invariant, or the model would be wrong: native code is made to say so.
  it('names the one that does not hold', () => {
    const machine = newMachine();
    vi.spyOn(native, 'check').mockReturnValueOnce({ text: 'I7: g0: host segment 0x10000000000' });
    const failed = machine.check();
    expect(failed).toEqual({
      ok: false,
      error: { code: 'INVARIANT', syscall: 'machine_check', message: 'I7: g0: host segment 0x10000000000' },
    });
    expect(() => unwrap(failed)).toThrow('I7: g0');
  });

  it('is no result where no kernel has a BUG', () => {
    const { gmap } = newGuest();
    vi.spyOn(native, 'gmap_fault').mockReturnValueOnce(outcome.BUG);
    const place = bugPlaces.findIndex(({ name }) => name === 'check') + 1;
    vi.spyOn(native, 'bug').mockReturnValueOnce({ place, text: 'I7: g0' });
    expect(expectGmapError(() => gmap.fault(0n), 'ERR_GMAP_BUG')).toContain('I7: g0');
  });
});
