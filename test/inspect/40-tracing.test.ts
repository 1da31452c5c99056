// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { encodeProgram, Machine, parseTrace, printTrace, runTrace, unwrap } from '../../lib/index.js';
import { printRanges } from '../../lib/inspect/index.js';
import { machineOptions } from '../../lib/trace/header.js';
import { expectGmapError, HOST, newGuest, newMachine, PAGE, SEGMENT, thrownBy } from '../machine/fixture.js';
import { firstRecordings } from '../trace/recordings.js';

const calls = (machine: Machine) =>
  printTrace(machine.tracedProgram())
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# gmap-trace') && !/^# (kernel|machine)/.test(line));

describe('a traced machine', () => {
  it('knows which call wrote an entry, and what was there before', () => {
    const machine = newMachine();
    machine.startTracing();
    const { mm } = machine;
    unwrap(mm.enableSie());
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    unwrap(mm.store(HOST, 1n));
    const { entry, value, absolute } = unwrap(mm.walk(HOST));
    expect(machine.lastWrite(entry)).toMatchObject({
      number: 2,
      call: 'store(mm0, 0x10000000000, 0x1)',
      before: undefined,
    });
    unwrap(mm.mprotect(HOST, SEGMENT, { read: true, write: false, exec: false }));
    expect(machine.lastWrite(entry)).toEqual({
      number: 3,
      call: 'mprotect(mm0, 0x10000000000, 0x100000, 0x1)',
      before: value,
    });
    expect(machine.lastWrite(absolute)).toMatchObject({ call: 'store(mm0, 0x10000000000, 0x1)' });
    expect(machine.lastWrite(absolute + 8n)).toMatchObject({ number: 2 });
    expect(machine.lastWrite(0x8_0000n)).toBeUndefined();
    unwrap(mm.setGuestStorageKey(HOST, 0x30));
    expect(machine.lastKeyWrite(absolute + 77n)).toMatchObject({
      call: 'set_guest_storage_key(mm0, 0x10000000000, 0x30, 0)',
      before: 6n,
    });
  });

  it('shows it beside each entry', () => {
    const { machine, gmap } = newGuest();
    machine.startTracing();
    unwrap(gmap.fault(PAGE, { write: true }));
    expect(String(gmap.inspect(PAGE))).toMatch(
      /STE: .*\n +by gmap_fault\(g0, 0x1000, 0x1\) \(call 0\), before 0000000000000020\n/,
    );
  });

  it('goes back with the machine', () => {
    const { machine, mm, gmap } = newGuest();
    machine.startTracing();
    unwrap(gmap.fault(0n));
    const snapshot = machine.snapshot();
    const before = calls(machine);
    const { entry } = unwrap(gmap.walk(0n));
    unwrap(mm.munmap(HOST, SEGMENT));
    expect(machine.lastWrite(entry)).not.toMatchObject({ call: 'gmap_fault(g0, 0x0, 0x0)' });
    machine.restore(snapshot);
    expect(machine.lastWrite(entry)).toMatchObject({ call: 'gmap_fault(g0, 0x0, 0x0)' });
    expect(calls(machine)).toEqual(before);
    machine.reset();
    expect(calls(machine)).toEqual([]);
  });

  it('says what is missing: what came before, what callbacks did, what guests did', () => {
    const { machine, mm, gmap } = newGuest();
    machine.startTracing();
    unwrap(gmap.store(0n, 1n, { fault: true }));
    unwrap(gmap.load(0n));
    machine.onPteInvalidation((guest) => guest.enable());
    unwrap(gmap.ipteNotify(0n, PAGE));
    unwrap(mm.munmap(HOST, PAGE));
    expect(calls(machine)).toEqual([
      '# the machine was used before it was traced: that is missing here',
      '# g0: guest store at 0x0',
      'gmap_fault(g0, 0x0, 0x1)',
      '# g0: guest load at 0x0',
      'gmap_register_ipte_notifier(n255)',
      'gmap_ipte_notify(g0, 0x0, 0x1000)',
      'munmap(mm0, 0x10000000000, 0x1000)',
      '# in a callback: gmap_enable(g0)',
    ]);
  });

  it('does not keep what was refused', () => {
    const { machine, gmap } = newGuest({ maxSegments: 4 });
    machine.startTracing();
    expectGmapError(() => gmap.mapSegment({ from: HOST, to: 0n, length: 8n * SEGMENT }), 'ERR_GMAP_BUDGET');
    expect(calls(machine)).toHaveLength(1);
  });

  it('makes recorded programs again from what it kept', () => {
    for (const { name, text } of firstRecordings.filter((_, i) => i % 3 === 0)) {
      const trace = parseTrace(text, name);
      using machine = new Machine(machineOptions(trace, undefined));
      machine.startTracing();
      const program = encodeProgram(trace);
      const observed = machine.execute(program);
      const traced = parseTrace(printTrace(machine.tracedProgram()), name);
      using other = new Machine(machineOptions(traced, undefined));
      expect(other.execute(encodeProgram(traced))).toEqual(observed);
    }
  });

  it('makes a program for a machine like itself', () => {
    const machine = newMachine({
      kernel: 'linux-6.1',
      facilities: { esop: false },
      cpus: 2,
      debugVm: false,
      debugList: true,
    });
    machine.startTracing();
    unwrap(machine.mm.createGmap(0n));
    const text = printTrace(machine.tracedProgram());
    expect(text).toContain('# machine: esop=0 debug_vm=0 debug_list=1 cpus=2\n');
    expect(printTrace(runTrace(parseTrace(text)))).toContain('gmap_create(mm0, 0x0) = g0');
  });

  it('does all that another machine does', () => {
    const [traced, other] = [newGuest(), newGuest()];
    traced.machine.startTracing();
    for (const { mm, gmap } of [traced, other]) {
      unwrap(gmap.fault(0n, { write: true }));
      unwrap(mm.fork());
      unwrap(gmap.store(0n, 1n, { fault: true }));
    }
    expect(printRanges(traced.mm.dump({ bits: true }))).toBe(printRanges(other.mm.dump({ bits: true })));
    expect(traced.machine.counts()).toEqual(other.machine.counts());
  });

  it('is asked only while it is traced', () => {
    const { machine, gmap } = newGuest();
    for (const ask of [() => machine.lastWrite(0n), () => machine.lastKeyWrite(0n), () => machine.tracedProgram()])
      expectGmapError(ask, 'ERR_GMAP_NOT_TRACED');
    machine.startTracing();
    expect(machine.isTraced).toBe(true);
    expect(thrownBy(() => machine.lastWrite(0 as unknown as bigint))).toBeInstanceOf(TypeError);
    expect(thrownBy(() => machine.lastWrite(2n ** 40n))).toBeInstanceOf(RangeError);
    machine.stopTracing();
    machine.stopTracing();
    expect(machine.isTraced).toBe(false);
    unwrap(gmap.fault(0n));
    machine.close();
    expectGmapError(() => machine.startTracing(), 'ERR_GMAP_CLOSED');
    expectGmapError(() => machine.isTraced, 'ERR_GMAP_CLOSED');
  });

  it('cannot be started in the middle of a call', () => {
    const { machine, mm, gmap } = newGuest();
    unwrap(gmap.ipteNotify(0n, PAGE));
    machine.onPteInvalidation(() => machine.startTracing());
    expectGmapError(() => mm.munmap(HOST, PAGE), 'ERR_GMAP_IN_CALLBACK');
  });
});
