// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../lib/trace/parse.js';
import { portTrace } from '../../lib/trace/port.js';
import { printCall, printTrace } from '../../lib/trace/print.js';
import { callsOf } from '../../lib/trace/program.js';
import { replay, runTrace } from '../../lib/trace/replay.js';
import type { Trace, TraceCall } from '../../lib/trace/types.js';
import { trace } from './arbitrary.js';
import { firstRecordings as recordings, traceText } from './recordings.js';

/** The calls of a program for one kernel as another one has them. */
const port = (from: string, to: string, ...lines: readonly string[]): string[] =>
  callsOf(portTrace(parseTrace(traceText(`# kernel: ${from}`, ...lines)), to)).map(printCall);

const RENAMED = [
  ['gmap_alloc(mm0, 0x0) = g3', 'gmap_create(mm0, 0x0) = g3'],
  ['gmap_free(g3)', 'gmap_remove(g3)'],
  ['gmap_register_ipte_notifier(n1)', 'gmap_register_pte_notifier(n1)'],
  ['gmap_unregister_ipte_notifier(n1)', 'gmap_unregister_pte_notifier(n1)'],
  ['gmap_ipte_notify(g0, 0x1000, 0x2000) = -EFAULT', 'gmap_mprotect_notify(g0, 0x1000, 0x2000, 0x2) = -EFAULT'],
  ['test_and_clear_guest_dirty(mm0, 0x1000) = 1', 'ptep_test_and_clear_uc(mm0, 0x1000) = 1'],
] as const;

describe('portTrace', () => {
  it.each(RENAMED)('%s is %s later', (first, later) => {
    for (const kernel of ['linux-5.10', 'linux-6.1', 'linux-6.12']) {
      expect(port('linux-4.7', kernel, first)).toEqual([later]);
      expect(port(kernel, 'linux-4.7', later)).toEqual([first]);
    }
  });

  it('knows both names of a kernel', () => {
    expect(port('4.7', '6.1', 'gmap_free(g3)')).toEqual(['gmap_remove(g3)']);
    expect(port('6.1', '4.7', 'gmap_remove(g3)')).toEqual(['gmap_free(g3)']);
  });

  it('leaves alone what both have', () => {
    const lines = ['gmap_map_segment(g0, 0x0, 0x0, 0x100000) = 0', 'ptep_notify(mm0, 0x1000)', 'exec() = mm1'];
    expect(port('linux-4.7', 'linux-6.1', ...lines)).toEqual(lines);
    expect(port('linux-6.1', 'linux-4.7', ...lines)).toEqual(lines);
  });

  it('leaves alone what the first kernel has nothing for', () => {
    const lines = [
      'gmap_mprotect_notify(g0, 0x0, 0x1000, 0x0) = 0',
      'gmap_mprotect_notify(g0, 0x0, 0x1000, 0x1) = 0',
      'gmap_get(g0)',
      'gmap_put(g0)',
      'cond_set_guest_storage_key(mm0, 0x0, 0x30, 0, 1, 1) = 1',
      'reset_guest_reference_bit(mm0, 0x0) = 2',
    ];
    expect(port('linux-6.1', 'linux-4.7', ...lines)).toEqual(lines);
  });

  it('keeps comments, lines, and what was recorded', () => {
    const text = ['# kernel: linux-4.7', '', 'gmap_free(g0)', '  ! idte(g0)', '  - gmap g0', '# end'];
    expect(printTrace(portTrace(parseTrace(traceText(...text)), 'linux-6.1'))).toBe(
      traceText(...text.map((line) => line.replace('gmap_free', 'gmap_remove'))),
    );
  });

  it.each([
    ['linux-4.7', 'linux-4.7'],
    ['linux-5.10', 'linux-6.1'],
    ['linux-6.12', 'linux-5.10'],
    ['4.7', 'linux-4.7'],
    ['6.12', '6.1'],
  ])('has nothing to do from %s to %s', (from, to) => {
    const program = parseTrace(traceText(`# kernel: ${from}`, 'gmap_free(g0)', 'gmap_remove(g0)'));
    expect(portTrace(program, to)).toBe(program);
  });

  it('takes a program that names no kernel for one of 4.7', () => {
    const program = parseTrace(traceText('gmap_free(g0)'));
    expect(portTrace(program, 'linux-4.7')).toBe(program);
    expect(callsOf(portTrace(program, 'linux-6.1')).map(printCall)).toEqual(['gmap_remove(g0)']);
  });

  it('there and back gives any program of 4.7', () => {
    const names = RENAMED.map(([, later]) => later.split('(')[0]);
    const header = (program: Trace, kernel: string): Trace => ({ ...program, header: new Map([['kernel', kernel]]) });
    fc.assert(
      fc.property(trace, (any) => {
        // 4.7's ptep_notify has no bits.
        const is47 = (item: TraceCall) => !names.includes(item.name) && !(item.name === 'ptep_notify' && item.args[2]);
        const items = any.items.filter((item) => item.kind === 'comment' || is47(item));
        const program = header({ ...any, items }, 'linux-4.7');
        const there = header(portTrace(program, 'linux-6.1'), 'linux-6.1');
        expect(portTrace(there, 'linux-4.7').items).toEqual(items);
      }),
    );
  });

  it.each(recordings)('makes of $name a program that every later kernel has the functions for', ({ text }) => {
    const recording = parseTrace(text);
    for (const kernel of ['linux-5.10', 'linux-6.1', 'linux-6.12']) {
      const run = printTrace(runTrace(portTrace(recording, kernel), { kernel }));
      expect(run).not.toContain('# refused (this kernel does not have the function');
    }
  });
});

describe('a ported program', () => {
  it('does on a later kernel what it did on the first, where they are alike', () => {
    const program = [
      's390_enable_sie(mm0) = 0',
      'gmap_alloc(mm0, 0x7fffffff) = g0',
      'gmap_register_ipte_notifier(n0)',
      'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0) = 0',
      'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000) = 0',
      'gmap_ipte_notify(g0, 0x1000, 0x1000) = 0',
      'munmap(mm0, 0x10000000000, 0x100000) = 0',
      '  ! notify(n0, g0, 0x1000)',
      '  ! idte(g0)',
      'test_and_clear_guest_dirty(mm0, 0x10000001000) = 0',
      'gmap_unregister_ipte_notifier(n0)',
      'gmap_free(g0)',
      '  ! idte(g0)',
    ];
    const first = parseTrace(traceText(...program));
    expect(replay(first).difference).toBeUndefined();
    const { difference } = replay(portTrace(first, 'linux-6.1'), { kernel: 'linux-6.1' });
    // Later kernels also tell where the page ends.
    expect(difference).toMatchObject({
      what: 'event',
      expected: 'notify(n0, g0, 0x1000)',
      got: 'notify(n0, g0, 0x1000, 0x1fff)',
    });
    // And where nothing is said of notifications: they flush a process's only gmap where 4.7 flushes the process.
    const events = parseTrace(traceText('# events: idte', ...program));
    expect(replay(portTrace(events, 'linux-6.1'), { kernel: 'linux-6.1' }).difference).toMatchObject({
      what: 'event',
      call: 'munmap(mm0, 0x10000000000, 0x100000) = 0',
      got: 'idte(g0)',
    });
    const shared = [...program.slice(0, 2), 'gmap_alloc(mm0, 0x7fffffff) = g1', ...program.slice(2)];
    const alike = parseTrace(traceText('# events: idte', ...shared));
    expect(replay(portTrace(alike, 'linux-6.1'), { kernel: 'linux-6.1' }).difference).toBeUndefined();
  });
});
