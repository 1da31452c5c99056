// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { operations } from '../../lib/generated/abi.js';
import { errnos, KernelError, Machine, unwrap } from '../../lib/index.js';
import * as raw from '../../lib/raw.js';
import { expectGmapError, HOST, newMachine, PAGE, SEGMENT, thrownBy } from '../machine/fixture.js';

const errno = Object.fromEntries(errnos.map(({ name, number }) => [name, number])) as Record<string, number>;
const errorWord = (name: string): bigint => 2n ** 64n - BigInt(errno[name] ?? 0);

describe('the functions under their kernel names', () => {
  it('run a guest', () => {
    const machine = newMachine();
    const { mm } = machine;
    expect(raw.s390_enable_sie(mm)).toBe(0);
    expect(raw.mmap(mm, HOST, 4n * SEGMENT, 3n, 0)).toBe(0);
    const gmap = raw.gmap_alloc(mm, 0x7fff_ffffn);
    if (gmap === null) return expect.fail('no gmap');
    expect(raw.gmap_map_segment(gmap, HOST, 0n, SEGMENT)).toBe(0);
    expect(raw.gmap_translate(gmap, 0x1234n)).toBe(HOST + 0x1234n);
    expect(raw.__gmap_translate(gmap, 0x1234n)).toBe(HOST + 0x1234n);
    expect(raw.gmap_translate(gmap, SEGMENT)).toBe(0xffff_ffff_ffff_fff2n);
    expect(raw.gmap_fault(gmap, 0x1000n, 1n)).toBe(0);
    expect(raw.__gmap_segment_gaddr(gmap, 0x1000n)).toBe(0n);
    expect(raw.gmaps(mm)).toEqual([gmap]);
    raw.gmap_enable(gmap);
    raw.gmap_disable(gmap);
    expect(raw.__gmap_unlink_by_vmaddr(gmap, HOST)).toBe(1);
    expect(raw.__gmap_link(gmap, 0n, HOST)).toBe(0);
    raw.gmap_unlink(mm, null, HOST);
    expect(raw.__gmap_unmap_by_gaddr(gmap, 0n)).toBe(0);
    expect(raw.gmap_unmap_segment(gmap, 0n, SEGMENT)).toBe(0);
    expect(raw.gmap_free(gmap)).toBeUndefined();
    expectGmapError(() => raw.gmap_free(gmap), 'ERR_GMAP_CLOSED');
  });

  it('answer a negative errno, an error-valued word, or NULL', () => {
    const machine = newMachine();
    const { mm } = machine;
    const gmap = unwrap(mm.allocGmap(2n ** 64n - 1n));
    expect(raw.gmap_map_segment(gmap, 1n, 0n, SEGMENT)).toBe(-22);
    expect(raw.gmap_ipte_notify(gmap, 1n, PAGE)).toBe(-22);
    expect(raw.gmap_fault(gmap, 0n, 0n)).toBe(-14);
    expect(raw.__gmap_segment_gaddr(gmap, 0n)).toBe(errorWord('ENOENT'));
    expect(raw.load(mm, HOST)).toBe(errorWord('EFAULT'));
    expect(raw.store(mm, HOST, 1n)).toBe(-14);
    expect(raw.munmap(mm, 1n, PAGE)).toBe(-22);
    expect(raw.mprotect(mm, HOST, PAGE, 0n)).toBe(-12);
    expect(raw.madvise(mm, HOST, PAGE, 5)).toBe(-22);
    expect(raw.mremap(mm, HOST, PAGE, HOST + PAGE, PAGE)).toBe(-14);
    expect(raw.swap_out(mm, HOST)).toBe(-14);
    expect(raw.sysctl_allocate_pgste(machine, 2)).toBe(-22);
    raw.inject(machine, 'kzalloc', 1);
    expect(raw.gmap_alloc(mm, 0n)).toBeNull();
    raw.inject(machine, 'host_table', 1);
    expect(raw.exec(machine)).toBeNull();
    raw.inject(machine, 'host_table', 1);
    expect(raw.get_guest_storage_key(mm, HOST)).toBe(errorWord('EFAULT'));
    raw.inject(machine, 'host_table', 1);
    expect(raw.fork(mm)).toBe(-12);
  });

  it('do what is left of the list', () => {
    const machine = newMachine({ cpus: 2 });
    expect(raw.sysctl_allocate_pgste(machine, 1)).toBe(0);
    const mm = raw.exec(machine);
    if (mm === null) return expect.fail('no process');
    expect(raw.mmap(mm, HOST, SEGMENT, 3n, 1)).toBe(0);
    expect(raw.mmap_huge(mm, HOST + SEGMENT, SEGMENT, 3n)).toBe(0);
    expect(raw.store(mm, HOST, 7n)).toBe(0);
    expect(raw.load(mm, HOST)).toBe(7n);
    expect(raw.set_guest_storage_key(mm, HOST, 0x30n, 1)).toBe(0);
    expect(raw.get_guest_storage_key(mm, HOST)).toBe(0x30n);
    expect(raw.s390_enable_sie(mm)).toBe(0);
    expect(raw.s390_enable_skey(mm)).toBe(0);
    expect(raw.test_and_clear_guest_dirty(mm, HOST)).toBe(1);
    expect(raw.clear_young(mm, HOST)).toBe(0);
    raw.essa_set_usage(mm, HOST, 1);
    raw.essa_set_zero(mm, HOST, 1);
    raw.s390_reset_cmma(mm);
    raw.thp_split_mm(mm);
    raw.set_cpu(machine, 1);
    raw.attach(mm, 1);
    raw.detach(mm, 1);
    expect(machine.currentCpu).toBe(1);
    const gmap = unwrap(mm.allocGmap(0n));
    raw.__gmap_zap(gmap, 0n);
    raw.gmap_discard(gmap, 0n, PAGE);
    raw.exit(mm);
    expect(machine.processes).toEqual([machine.mm]);
  });

  it('call notifiers', () => {
    const machine = newMachine();
    const { mm } = machine;
    raw.s390_enable_sie(mm);
    raw.mmap(mm, HOST, SEGMENT, 3n, 0);
    const gmap = unwrap(mm.allocGmap(0n));
    raw.gmap_map_segment(gmap, HOST, 0n, SEGMENT);
    const calls: unknown[] = [];
    const nb = machine.createNotifier((...call) => calls.push(call));
    raw.gmap_register_ipte_notifier(nb);
    expect(raw.gmap_ipte_notify(gmap, 0n, PAGE)).toBe(0);
    raw.munmap(mm, HOST, SEGMENT);
    expect(calls).toEqual([[gmap, 0n, PAGE - 1n]]);
    raw.gmap_unregister_ipte_notifier(nb);
    expectGmapError(() => raw.ptep_notify(mm, HOST), 'ERR_GMAP_NO_PAGE_TABLE');
    nb.close();
    expectGmapError(() => raw.gmap_register_ipte_notifier(nb), 'ERR_GMAP_CLOSED');
  });

  it('throw a BUG', () => {
    const { mm } = newMachine();
    const gmap = unwrap(mm.allocGmap(0n));
    const error = thrownBy(() => raw.__gmap_link(gmap, 0n, HOST));
    expect(error).toBeInstanceOf(KernelError);
    expect(error).toMatchObject({ code: 'BUG', syscall: '__gmap_link', failure: { place: 'pmd_none' } });
    expectGmapError(() => raw.gmap_translate(gmap, 0n), 'ERR_GMAP_DEAD');
  });

  it('need a built code where the port does not have them', () => {
    using machine = new Machine({ kernel: '6.1' });
    const gmap = unwrap(machine.mm.createGmap(0n));
    expect(expectGmapError(() => raw.gmap_shadow(gmap, 0x10003n, 0), 'ERR_GMAP_NEEDS_CODE')).toContain(
      'a built code has',
    );
    expectGmapError(() => raw.gmap_read_table(gmap, 0n), 'ERR_GMAP_NEEDS_CODE');
    const first = unwrap(newMachine().mm.allocGmap(0n));
    expectGmapError(() => raw.gmap_shadow_valid(first, 0n, 0), 'ERR_GMAP_UNSUPPORTED');
  });

  it('are all there, but those that only a program can use', () => {
    const ofPrograms: readonly string[] = ['observe', 'watch', 'shadow_in_callback'];
    const names = operations.map(({ name }) => name).filter((name) => !ofPrograms.includes(name));
    expect(Object.keys(raw).sort()).toEqual(names.sort());
  });
});

describe('wrong arguments', () => {
  it('are named', () => {
    const machine = newMachine();
    const gmap = unwrap(machine.mm.allocGmap(0n));
    const throws = (call: () => unknown, type: ErrorConstructor, text: string): void => {
      expect(call).toThrow(type);
      expect(call).toThrow(text);
    };
    throws(() => raw.gmap_translate(gmap, 0 as never), TypeError, 'gmap_translate: gaddr must be a bigint');
    throws(() => raw.gmap_translate(gmap, -1n), RangeError, 'gmap_translate: gaddr must be from 0n');
    throws(() => raw.gmap_translate(gmap, 2n ** 64n), RangeError, 'gaddr');
    throws(() => raw.gmap_translate(machine.mm as never, 0n), TypeError, 'the first argument must be a Gmap');
    throws(() => raw.gmap_alloc(gmap as never, 0n), TypeError, 'the first argument must be an Mm');
    throws(() => raw.gmaps(gmap as never), TypeError, 'the first argument must be an Mm');
    throws(() => raw.exec(undefined as never), TypeError, 'the first argument must be a Machine');
    throws(() => raw.gmap_register_ipte_notifier(0 as never), TypeError, 'an IpteNotifier');
    throws(() => raw.gmap_unlink(machine.mm, 0 as never, 0n), TypeError, 'table must be null');
    throws(() => raw.inject(machine, 'kmalloc' as never, 1), RangeError, 'kind must be one of');
    throws(() => raw.inject(machine, 'kzalloc', -1), RangeError, 'n must be a whole number');
    throws(() => raw.madvise(machine.mm, 0n, 0n, 4n as never), TypeError, 'advice must be a number');
    throws(() => (raw.gmap_map_segment as (...args: unknown[]) => unknown)(gmap), TypeError, 'from must be a bigint');
  });

  it('of other machines are not confused', () => {
    const [one, other] = [newMachine(), newMachine()];
    const gmap = unwrap(one.mm.allocGmap(0n));
    one.close();
    expectGmapError(() => raw.gmap_translate(gmap, 0n), 'ERR_GMAP_CLOSED');
    expect(raw.gmaps(other.mm)).toEqual([]);
  });

  it('that the machine refuses are errors', () => {
    const machine = newMachine();
    const { mm } = machine;
    expectGmapError(() => raw.essa_set_usage(mm, HOST, 3), 'ERR_GMAP_NO_PAGE_TABLE');
    expect(() => raw.essa_set_usage(mm, HOST, 4)).toThrow(new RangeError('essa_set_usage: there is no such usage'));
    expect(() => raw.set_cpu(machine, 1)).toThrow(new RangeError('set_cpu: there is no such cpu'));
    expect(() => raw.attach(mm, 1)).toThrow(new RangeError('attach: there is no such cpu'));
    const gmap = unwrap(mm.allocGmap(2n ** 64n - 1n));
    expectGmapError(() => raw.gmap_map_segment(gmap, SEGMENT, 0n, 2n ** 52n), 'ERR_GMAP_BUDGET');
  });
});
