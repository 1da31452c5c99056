// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import {
  decodeObservations,
  encodeProgram,
  type Machine,
  type Observation,
  parseTrace,
  unwrap,
} from '../../lib/index.js';
import { expectGmapError, HOST, newGuest, newMachine, PAGE } from './fixture.js';

/** What a call answered: a number where there is one. */
function answerOf({ result }: Observation): unknown {
  return result?.kind === 'number' ? result.value : result?.kind;
}

function execute(machine: Machine, ...calls: string[]): readonly Observation[] {
  return decodeObservations(machine.execute(encodeProgram(parseTrace(['# gmap-trace 1', ...calls, ''].join('\n')))));
}

describe('a program', () => {
  it('does in one call what the methods do', () => {
    const machine = newMachine();
    const observations = execute(
      machine,
      's390_enable_sie(mm0) = 0',
      'mmap(mm0, 0x10000000000, 0x400000, 0x3, 0) = 0',
      'gmap_alloc(mm0, 0x7fffffff) = g0',
      'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000) = 0',
      'gmap_fault(g0, 0x1000, 0x1) = 0',
      'gmap_translate(g0, 0x200000) = -EFAULT',
    );
    expect(observations.map(answerOf)).toEqual([0n, 0n, 'handle', 0n, 0n, 2n ** 64n - 14n]);
    const [gmap] = machine.mm.gmaps();
    expect(gmap && unwrap(gmap.translate(0x1234n))).toBe(HOST + 0x1234n);
  });

  it('works on the objects that the methods made, and takes them away', () => {
    const { machine, mm, gmap } = newGuest();
    execute(machine, 'gmap_free(g0)', 'gmap_alloc(mm0, 0x7fffffff) = g0');
    expectGmapError(() => gmap.translate(0n), 'ERR_GMAP_CLOSED');
    const [replacement] = mm.gmaps();
    expect(replacement?.number).toBe(gmap.number);
    expect(replacement?.translate(0n).ok).toBe(false);
    execute(machine, 'exit(mm0)', 'exec() = mm1');
    expectGmapError(() => mm.load(HOST), 'ERR_GMAP_CLOSED');
    expect(machine.processes.map((process) => process.number)).toEqual([1]);
  });

  it('can take a gmap away between two notifier calls, and callbacks do not see the old object on the new gmap', () => {
    const { machine, mm, gmap } = newGuest();
    unwrap(gmap.fault(0n));
    const seen: unknown[] = [];
    machine.onPteInvalidation((invalidated) => {
      expectGmapError(() => gmap.enable(), 'ERR_GMAP_CLOSED');
      seen.push(invalidated);
    });
    execute(
      machine,
      'gmap_free(g0)',
      'gmap_alloc(mm0, 0x7fffffff) = g0',
      'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000)',
      'gmap_fault(g0, 0x0, 0x0)',
      'ptep_notify(mm0, 0x10000000000)',
    );
    expect(seen).toEqual(mm.gmaps());
    expect(seen).toHaveLength(1);
  });

  it('calls the notifiers that JavaScript made, and leaves those of its own alone', () => {
    const { machine, gmap } = newGuest();
    unwrap(gmap.fault(0n));
    const calls: bigint[] = [];
    const notifier = machine.onPteInvalidation((_, gaddr) => calls.push(gaddr));
    const [, notified] = execute(machine, 'gmap_register_ipte_notifier(n0)', 'ptep_notify(mm0, 0x10000003000)');
    expect(calls).toEqual([0x3000n]);
    expect(notified?.events.map((event) => event.kind === 'notify' && event.notifier)).toEqual([0, notifier.number]);
  });

  it('ends with a BUG', () => {
    const machine = newMachine();
    const observations = execute(
      machine,
      'gmap_alloc(mm0, 0x7fffffff) = g0',
      '__gmap_link(g0, 0x0, 0x10000000000)',
      'gmap_free(g0)',
    );
    expect(observations).toHaveLength(2);
    expect(machine.bug?.place).toBe('pmd_none');
    expectGmapError(() => machine.execute(new Uint8Array()), 'ERR_GMAP_DEAD');
  });

  it('is read where it lies, unless a callback could change it', () => {
    const { machine, mm, gmap } = newGuest();
    unwrap(gmap.ipteNotify(0n, PAGE));
    const program = encodeProgram(
      parseTrace(
        [
          '# gmap-trace 1',
          `madvise(mm0, 0x${HOST.toString(16)}, 0x${PAGE.toString(16)}, 4)`,
          'gmap_translate(g0, 0x1000)',
          '',
        ].join('\n'),
      ),
    );
    const length = program.length;
    let calls = 0;
    machine.onPteInvalidation(() => {
      calls++;
      structuredClone(program, { transfer: [program.buffer as ArrayBuffer] });
    });
    const observations = decodeObservations(machine.execute(program));
    expect([calls, program.length, length > 0]).toEqual([1, 0, true]);
    expect(observations.map(answerOf)).toEqual([0n, HOST + 0x1000n]);
    expect(mm.gmaps()).toEqual([gmap]);
  });
});

describe('any bytes are a program', () => {
  it('none, or less than a record', () => {
    const machine = newMachine();
    for (const length of [0, 1, 7, 8, 15]) expect(machine.execute(new Uint8Array(length))).toEqual(new Uint8Array());
  });

  it('random ones', () => {
    let seed = 1;
    const random = (): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed >>> 16;
    };
    const machine = newMachine();
    for (let i = 0; i < 200; i++) {
      machine.reset();
      const program = Uint8Array.from({ length: 4096 }, () => random() & (random() & 1 ? 0xff : 0x03));
      decodeObservations(machine.execute(program));
    }
  });

  it('part of a larger buffer, shared memory, and a Buffer', () => {
    const machine = newMachine();
    const exec = Uint8Array.from(encodeProgram(parseTrace('# gmap-trace 1\nexec() = mm5\n')));
    const inside = new Uint8Array(64).fill(0xff);
    inside.set(exec, 3);
    machine.execute(inside.subarray(3, 3 + exec.length));
    expect(machine.processes.map((process) => process.number)).toEqual([0, 5]);
    machine.reset();
    const shared = new Uint8Array(new SharedArrayBuffer(exec.length));
    shared.set(exec);
    machine.execute(shared);
    machine.reset();
    machine.execute(Buffer.from(exec));
    expect(machine.processes.map((process) => process.number)).toEqual([0, 5]);
  });

  it('but only bytes', () => {
    const machine = newMachine();
    for (const program of [undefined, null, 'gmap_alloc', [1, 2, 3], new ArrayBuffer(8), new Uint16Array(4), {}])
      expect(() => machine.execute(program as Uint8Array)).toThrow(TypeError);
    expect(() => machine.execute(Object.create(Uint8Array.prototype) as Uint8Array)).toThrow(TypeError);
    expect(() => machine.execute(new Proxy(new Uint8Array(8), {}))).toThrow(TypeError);
    const detached = new Uint8Array(8);
    structuredClone(detached, { transfer: [detached.buffer] });
    expect(machine.execute(detached)).toEqual(new Uint8Array());
  });

  it('many: 48 MiB of calls', { timeout: 60_000 }, () => {
    const machine = newMachine();
    // gmap_alloc(mm0, 0) = g0 in each record of three words; all but the first are refused.
    const length = 48 * 2 ** 20;
    expect(machine.execute(new Uint8Array(length))).toHaveLength(length);
    expect(machine.counts().gmaps).toBe(1);
  });
});
