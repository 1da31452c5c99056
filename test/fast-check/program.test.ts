// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { program } from '../../lib/fast-check/index.js';
import {
  encodeProgram,
  kernels,
  Machine,
  parseTrace,
  printTrace,
  runTrace,
  type Trace,
  type TraceCall,
  unwrap,
} from '../../lib/index.js';

const callsOf = ({ items }: Trace) => items.filter((item): item is TraceCall => item.kind === 'call');

it('a kernel has two names', () => {
  const [short, long] = (['6.1', 'linux-6.1'] as const).map((kernel) => fc.sample(program({ kernel }), { seed: 1 }));
  expect(short).toEqual(long);
});

describe.each(kernels)('programs for %s', (kernel) => {
  it('are traces of that kernel, and not too long', () => {
    fc.assert(
      fc.property(program({ maxCalls: 12, kernel }), (trace) => {
        expect(trace.header.get('kernel')).toBe(kernel);
        expect(callsOf(trace).length).toBeLessThanOrEqual(12);
        expect(parseTrace(printTrace(trace))).toEqual(trace);
      }),
    );
  });

  it('keep the invariants, and end in no BUG', () => {
    using machine = new Machine({ kernel });
    fc.assert(
      fc.property(program({ kernel }), (trace) => {
        machine.reset();
        machine.execute(encodeProgram(trace));
        expect(machine.bug).toBeUndefined();
        unwrap(machine.check());
      }),
      { numRuns: 300 },
    );
  });

  it('do everything that they can do, and are rarely refused', () => {
    const calls = fc
      .sample(program({ kernel }), { numRuns: 150, seed: 1 })
      .flatMap((trace) => callsOf(runTrace(trace)));
    const succeed = calls.filter(({ result }) => result?.kind !== 'refused');
    expect(succeed.length / calls.length).toBeGreaterThan(0.9);
    const faults = calls.filter(({ name }) => name === 'gmap_fault');
    const faulted = faults.filter(({ result }) => result?.kind === 'number' && result.value === 0n);
    expect(faulted.length / faults.length).toBeGreaterThan(0.25);
    const notified = calls.filter(({ events }) => events.some(({ kind }) => kind === 'notify'));
    expect(notified.length).toBeGreaterThan(5);
  });
});

it('a failure shrinks to the calls that it takes, with round arguments', () => {
  const details = fc.check(
    fc.property(program(), (trace) =>
      callsOf(runTrace(trace)).every(({ events }) => events.every(({ kind }) => kind !== 'notify')),
    ),
    { numRuns: 500, seed: 4 },
  );
  const trace = details.counterexample?.[0] ?? expect.fail('no program notified anybody');
  const lines = printTrace(trace).trimEnd().split('\n').slice(2);
  expect(lines).toEqual([
    's390_enable_sie(mm0)',
    'mmap(mm0, 0x10000000000, 0x400000, 0x3, 0)',
    'gmap_alloc(mm0, 0x7fffffff) = g0',
    'gmap_map_segment(g0, 0x10000000000, 0x0, 0x400000)',
    'gmap_register_ipte_notifier(n0)',
    'gmap_ipte_notify(g0, 0x0, 0x1000)',
    'mmap(mm0, 0x10000000000, 0x1000, 0x3, 0)',
  ]);
});

it('what is wrong with options is said', () => {
  expect(() => program({ maxCalls: 0 })).toThrow('program: maxCalls must be a whole number from 1 to 10000, not 0');
  expect(() => program({ kernel: 'linux-2.6' as never })).toThrow('unknown kernel "linux-2.6"');
  expect(() => program({ max: 1 } as never)).toThrow('program: options has no "max"');
});
