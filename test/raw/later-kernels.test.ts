// SPDX-License-Identifier: GPL-2.0-only
/** What kernels after 4.7 have, under its kernel names. */
import { describe, expect, it } from 'vitest';
import { type Gmap, KernelError, type Machine, type Mm, unwrap } from '../../lib/index.js';
import * as raw from '../../lib/raw.js';
import { expectGmapError, HOST, newMachine, PAGE, SEGMENT, thrownBy } from '../machine/fixture.js';

const PGSTE_IN = 0x0000_4000_0000_0000n;

interface Guest {
  machine: Machine;
  mm: Mm;
  gmap: Gmap;
}

/** A process with a segment of memory at HOST, and a gmap that has it at 0. */
function newGuest(): Guest {
  const machine = newMachine({ kernel: 'linux-6.1' });
  const { mm } = machine;
  expect(raw.s390_enable_sie(mm)).toBe(0);
  expect(raw.mmap(mm, HOST, SEGMENT, 3n, 0)).toBe(0);
  const gmap = raw.gmap_create(mm, 0x7fff_ffffn);
  if (gmap === null) return expect.fail('no gmap');
  expect(raw.gmap_map_segment(gmap, HOST, 0n, SEGMENT)).toBe(0);
  return { machine, mm, gmap };
}

describe('the functions that came after 4.7', () => {
  it('count references to a gmap', () => {
    const { mm, gmap } = newGuest();
    expect(raw.gmap_get(gmap)).toBeUndefined();
    expect(gmap.references).toBe(2);
    expect(raw.gmap_put(gmap)).toBeUndefined();
    raw.gmap_get(gmap);
    expect(raw.gmap_remove(gmap)).toBeUndefined();
    expect(raw.gmaps(mm)).toEqual([]);
    expect(raw.gmap_translate(gmap, 0n)).toBe(HOST);
    expect(raw.gmap_put(gmap)).toBeUndefined();
    expectGmapError(() => raw.gmap_put(gmap), 'ERR_GMAP_CLOSED');
  });

  it('answer NULL without memory', () => {
    const { machine, mm } = newGuest();
    raw.inject(machine, 'kzalloc', 1);
    expect(raw.gmap_create(mm, 0n)).toBeNull();
  });

  it('notify', () => {
    const { machine, mm, gmap } = newGuest();
    const calls: unknown[] = [];
    const nb = machine.createNotifier((...call) => calls.push(call));
    expect(raw.gmap_register_pte_notifier(nb)).toBeUndefined();
    expect(raw.gmap_mprotect_notify(gmap, 0n, PAGE, 2n)).toBe(0);
    expect(raw.gmap_mprotect_notify(gmap, 1n, PAGE, 2n)).toBe(-22);
    expect(raw.gmap_mprotect_notify(gmap, SEGMENT, PAGE, 0n)).toBe(-14);
    expect(raw.swap_out(mm, HOST)).toBe(0);
    expect(calls).toEqual([[gmap, 0n, PAGE - 1n]]);
    raw.ptep_notify(mm, HOST, 0n);
    raw.ptep_notify(mm, HOST, 2n ** 64n - 1n - PGSTE_IN);
    expect(calls).toHaveLength(1);
    raw.ptep_notify(mm, HOST, PGSTE_IN);
    raw.ptep_notify(mm, HOST);
    expect(calls).toHaveLength(3);
    raw.gmap_unregister_pte_notifier(nb);
    raw.ptep_notify(mm, HOST, PGSTE_IN);
    expect(calls).toHaveLength(3);
  });

  it('take the access away that shall be told', () => {
    const { machine, gmap } = newGuest();
    const calls: bigint[] = [];
    machine.onPteInvalidation((_gmap, gaddr) => calls.push(gaddr));
    for (const gaddr of [0n, PAGE]) expect(raw.gmap_fault(gmap, gaddr, 1n)).toBe(0);
    expect(raw.gmap_mprotect_notify(gmap, 0n, PAGE, 0n)).toBe(0);
    expect(raw.gmap_mprotect_notify(gmap, PAGE, PAGE, 1n)).toBe(0);
    for (const gaddr of [0n, PAGE]) expect(raw.gmap_fault(gmap, gaddr, 0n)).toBe(0);
    expect(calls).toEqual([0n]);
    expect(raw.gmap_fault(gmap, PAGE, 1n)).toBe(0);
    expect(calls).toEqual([0n, PAGE]);
  });

  it('work on storage keys and the dirty log', () => {
    const { mm } = newGuest();
    expect(raw.cond_set_guest_storage_key(mm, HOST, 0x30n, 0, 1, 1)).toBe(-14);
    expect(raw.cond_set_guest_storage_key(mm, HOST, 0n, 0, 1, 1)).toBe(0);
    expect(raw.reset_guest_reference_bit(mm, HOST)).toBe(0);
    expect(raw.reset_guest_reference_bit(mm, HOST + SEGMENT)).toBe(-14);
    expect(raw.ptep_test_and_clear_uc(mm, HOST)).toBe(0);
    expect(raw.store(mm, HOST, 1n)).toBe(0);
    expect(raw.ptep_test_and_clear_uc(mm, HOST)).toBe(1);
    expect(raw.cond_set_guest_storage_key(mm, HOST, 0x36n, 1, 0, 0)).toBe(1);
    expect(raw.cond_set_guest_storage_key(mm, HOST, 0x32n, 0, 1, 0)).toBe(0);
    expect(raw.reset_guest_reference_bit(mm, HOST)).toBe(3);
    expect(raw.get_guest_storage_key(mm, HOST)).toBe(0x32n);
  });

  it('throw a BUG', () => {
    const { gmap } = newGuest();
    const error = thrownBy(() => raw.gmap_put(gmap));
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ code: 'BUG', syscall: 'gmap_put', failure: { place: 'put_listed' } });
    expectGmapError(() => raw.gmap_get(gmap), 'ERR_GMAP_DEAD');
  });

  it('throw where the kernel does not have them, and so do those of 4.7', () => {
    const { mm, gmap } = newGuest();
    expect(expectGmapError(() => raw.gmap_alloc(mm, 0n), 'ERR_GMAP_UNSUPPORTED')).toContain('gmap_create');
    expectGmapError(() => raw.gmap_free(gmap), 'ERR_GMAP_UNSUPPORTED');
    expectGmapError(() => raw.gmap_ipte_notify(gmap, 0n, PAGE), 'ERR_GMAP_UNSUPPORTED');
    expectGmapError(() => raw.test_and_clear_guest_dirty(mm, HOST), 'ERR_GMAP_UNSUPPORTED');
    const first = newMachine();
    const nb = first.createNotifier(() => {});
    const old = unwrap(first.mm.allocGmap(0n));
    for (const call of [
      () => raw.gmap_create(first.mm, 0n),
      () => raw.gmap_get(old),
      () => raw.gmap_put(old),
      () => raw.gmap_remove(old),
      () => raw.gmap_register_pte_notifier(nb),
      () => raw.gmap_unregister_pte_notifier(nb),
      () => raw.gmap_mprotect_notify(old, 0n, PAGE, 2n),
      () => raw.ptep_notify(first.mm, HOST, PGSTE_IN),
      () => raw.ptep_test_and_clear_uc(first.mm, HOST),
      () => raw.cond_set_guest_storage_key(first.mm, HOST, 0n, 0, 0, 0),
      () => raw.reset_guest_reference_bit(first.mm, HOST),
    ])
      expect(expectGmapError(call, 'ERR_GMAP_UNSUPPORTED')).toContain('linux-4.7 does not have this function');
    expect(first.counts().gmaps).toBe(1);
  });

  it('name wrong arguments', () => {
    const { mm, gmap } = newGuest();
    const throws = (call: () => unknown, type: ErrorConstructor, text: string): void => {
      expect(call).toThrow(type);
      expect(call).toThrow(text);
    };
    throws(() => raw.gmap_create(gmap as never, 0n), TypeError, 'gmap_create: the first argument must be an Mm');
    throws(() => raw.gmap_remove(mm as never), TypeError, 'gmap_remove: the first argument must be a Gmap');
    throws(() => raw.gmap_register_pte_notifier(gmap as never), TypeError, 'an IpteNotifier');
    throws(() => raw.gmap_mprotect_notify(gmap, 0n, PAGE, 2 as never), TypeError, 'prot must be a bigint');
    throws(() => raw.ptep_notify(mm, HOST, 1 as never), TypeError, 'ptep_notify: bits must be a bigint');
    throws(() => raw.ptep_notify(mm, HOST, null as never), TypeError, 'ptep_notify: bits must be a bigint');
    throws(() => raw.ptep_notify(mm, HOST, 2n ** 64n), RangeError, 'ptep_notify: bits must be from 0n');
    throws(() => raw.ptep_notify(mm, undefined as never), TypeError, 'ptep_notify: vmaddr must be a bigint');
    throws(() => raw.cond_set_guest_storage_key(mm, HOST, 0n, true as never, 0, 0), TypeError, 'nq must be a number');
    throws(() => raw.cond_set_guest_storage_key(mm, HOST, 0n, 0, 0, -1), RangeError, 'mc must be a whole number');
  });
});
