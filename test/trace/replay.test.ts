// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kernels } from '../../lib/generated/abi.js';
import { machineOptions } from '../../lib/trace/header.js';
import { parseTrace, printTrace, replay, runTrace, type Trace, UnknownKernelError } from '../../lib/trace/index.js';
import { maskFact, maskResult } from '../../lib/trace/masks.js';
import { printCall, printEvent, printFact, printKey } from '../../lib/trace/print.js';
import type { Fact } from '../../lib/trace/types.js';
import { trace } from './arbitrary.js';
import { firstRecordings as recordings, traceText } from './recordings.js';

const run = (...lines: readonly string[]) =>
  printTrace(runTrace(parseTrace(traceText('# kernel: linux-4.7', ...lines))));

describe('runTrace', () => {
  it('answers the recording of a program', () => {
    expect(
      run(
        'observe(1)',
        'gmap_alloc(mm0, 0x7fffffff)',
        'gmap_map_segment(g0, 0x300000, 0x100000, 0x100000)',
        'gmap_free(g0)',
      ),
    ).toBe(
      traceText(
        '# kernel: linux-4.7',
        'observe(1)',
        '  + lowcore none',
        'gmap_alloc(mm0, 0x7fffffff) = g0',
        '  + gmap g0 asce=0x1c3 end=0x7fffffff tables=1',
        'gmap_map_segment(g0, 0x300000, 0x100000, 0x100000) = 0',
        '  + g2h g0 0x100000 0x300000',
        'gmap_free(g0)',
        '  ! idte(g0)',
        '  - gmap g0',
        '  - g2h g0 0x100000',
      ),
    );
  });

  it('names the kernel', () => {
    expect(runTrace(parseTrace(traceText('fork(mm0)'))).header.get('kernel')).toBe('linux-4.7');
  });

  it('writes what the machine refuses as comments', () => {
    expect(run('gmap_free(g5)', 'exec() = mm0')).toBe(
      traceText(
        '# kernel: linux-4.7',
        '# refused (no such mm, gmap or notifier block): gmap_free(g5)',
        '# refused (the handle for the result is in use): exec()',
      ),
    );
  });

  it('gives handles the names that the program asks for', () => {
    expect(run('gmap_alloc(mm0, 0x0) = g7', 'gmap_alloc(mm0, 0x0)', 'gmaps(mm0)')).toContain('gmaps(mm0) = [g0, g7]');
  });

  it('ends with a BUG', () => {
    expect(run('gmap_unregister_ipte_notifier(n0)', 'fork(mm0)')).toMatch(
      /\n# the kernel did not survive this: .*\ngmap_unregister_ipte_notifier\(n0\) = BUG\n# not reached: fork\(mm0\)\n$/,
    );
  });

  it('writes what the kernel does not have as comments, and goes on', () => {
    expect(run('gmap_create(mm0, 0x0) = g0', 'gmap_alloc(mm0, 0x0) = g0', 'gmap_get(g0)', 'gmap_free(g0)')).toBe(
      traceText(
        '# kernel: linux-4.7',
        '# refused (this kernel does not have the function, or does not export it): gmap_create(mm0, 0x0)',
        'gmap_alloc(mm0, 0x0) = g0',
        '# refused (this kernel does not have the function, or does not export it): gmap_get(g0)',
        'gmap_free(g0)',
        '  ! idte(g0)',
      ),
    );
  });

  it('runs nothing if there is nothing to run', () => {
    expect(run()).toBe(traceText('# kernel: linux-4.7'));
  });
});

describe('the machine', () => {
  const options = (...lines: readonly string[]) => machineOptions(parseTrace(traceText(...lines)), undefined);

  it('is a linux-4.7 with all facilities unless the header says otherwise', () => {
    expect(options('fork(mm0)')).toEqual({ kernel: 'linux-4.7', facilities: {}, debugVm: true });
    expect(options('# machine: esop=0 idte=1 tlb_lc=0 nx=0 debug_vm=0 z13')).toEqual({
      kernel: 'linux-4.7',
      facilities: { esop: false, idte: true, tlbLc: false, nx: false },
      debugVm: false,
    });
  });

  it('has VM_BUG_ON unless the header says otherwise', () => {
    const program = ['gmap_alloc(mm0, 0x0) = g0', 'mmap(mm0, 0x10000000000, 0x200000, 0x3, 0) = 0'];
    const link = ['store(mm0, 0x10000100000, 0x1) = 0', '__gmap_link(g0, 0x0, 0x10000000000)'];
    expect(run(...program, ...link)).toContain('= BUG');
    expect(run('# machine: debug_vm=1', ...program, ...link)).toContain('= BUG');
    expect(run('# machine: debug_vm=0', ...program, ...link)).toContain('__gmap_link(g0, 0x0, 0x10000000000) = 0');
  });

  it('has CONFIG_DEBUG_LIST if the header says so', () => {
    const program = ['gmap_unregister_ipte_notifier(n3)', 'fork(mm0) = 0'];
    expect(run('# machine: debug_list=0', ...program)).toContain('gmap_unregister_ipte_notifier(n3) = BUG');
    expect(run('# machine: debug_list=1', ...program)).toBe(
      traceText('# kernel: linux-4.7', '# machine: debug_list=1', ...program),
    );
    expect(options('# machine: debug_list=1')).toMatchObject({ debugVm: true, debugList: true });
  });

  it('has the facilities of the header: without IDTE, gmap_free flushes everything in another way', () => {
    const program = ['gmap_alloc(mm0, 0x0) = g0', 'gmap_free(g0)'];
    expect(run('# machine: idte=1', ...program)).toContain('! idte(g0)');
    expect(run('# machine: idte=0', ...program)).not.toContain('! idte(g0)');
  });

  it('is of the kernel of the header, or the one that was asked for, by either of its names', () => {
    const program = ['gmap_create(mm0, 0x0) = g0'];
    for (const kernel of ['6.1', 'linux-6.1']) {
      expect(replay(parseTrace(traceText(`# kernel: ${kernel}`, ...program))).ok).toBe(true);
      expect(printTrace(runTrace(parseTrace(traceText('# kernel: 4.7', '# end', ...program)), { kernel }))).toBe(
        traceText('# kernel: linux-6.1', '# end', ...program),
      );
    }
    expect(replay(parseTrace(traceText('# kernel: 4.7', ...program))).ok).toBe(false);
  });

  it('of an unknown kernel is an error that names the known ones', () => {
    const trace = parseTrace(traceText('# kernel: linux-2.4', 'fork(mm0)'));
    const error = new UnknownKernelError('linux-2.4');
    expect(error.message).toBe(`unknown kernel "linux-2.4"; the model knows ${kernels.join(', ')}`);
    expect(() => replay(trace)).toThrow(error);
    expect(() => runTrace(trace)).toThrow(error);
    expect(runTrace(trace, { kernel: 'linux-4.7' }).items).toHaveLength(2);
    expect(() => replay(parseTrace(traceText('fork(mm0)')), { kernel: 'x' })).toThrow(new UnknownKernelError('x'));
  });
});

describe('replay', () => {
  it('passes if the model does what was recorded', () => {
    expect(replay(parseTrace(traceText('fork(mm0) = 0', '# note', 'exit(mm0)')))).toEqual({
      ok: true,
      calls: 2,
      difference: undefined,
    });
  });

  it.each([
    ['fork(mm0) = -ENOMEM', { what: 'result', expected: '-ENOMEM', got: '0' }],
    ['gmap_free(g0)', { what: 'result', expected: null, got: 'refused: no such mm, gmap or notifier block' }],
    ['fork(mm0)', { what: 'result', expected: null, got: '0' }],
    ['gmap_alloc(mm0, 0x0) = NULL', { what: 'result', expected: 'NULL', got: 'g0' }],
    ['fork(mm0) = BUG', { what: 'result', expected: 'BUG', got: '0' }],
    ['gmap_unregister_ipte_notifier(n0)', { what: 'result', expected: null, got: 'BUG' }],
    ['exit(mm0)\n  ! idte(g0)', { what: 'event', expected: 'idte(g0)', got: null }],
    ['exit(mm0)\n  + lowcore none', { what: 'fact', expected: 'lowcore none', got: null }],
  ])('%j is not what the model does', (line, difference) => {
    const result = replay(parseTrace(traceText('# note', line, 'fork(mm0) = 0')));
    expect(result).toMatchObject({ ok: false, difference: { ...difference, line: 3, context: ['# note'] } });
  });

  it('stops at a BUG of both', () => {
    const lines = ['gmap_unregister_ipte_notifier(n0) = BUG', 'fork(mm0) = -ENOMEM'];
    expect(replay(parseTrace(traceText(...lines)))).toMatchObject({ ok: true });
  });

  it.each(recordings.filter(({ text }) => text.includes('  + ')))(
    '$name fails if a fact of it is changed',
    ({ text }) => {
      const lines = text.split('\n');
      const at = lines.map((line) => line.startsWith('  + ')).lastIndexOf(true);
      lines[at] = changeOneFact(lines[at] ?? '');
      const { ok, difference } = replay(parseTrace(lines.join('\n')));
      expect(ok).toBe(false);
      expect(difference?.line).toBeLessThan(at + 1);
      expect(difference?.expected).toBe(lines[at]?.slice(4));
    },
  );
});

/** Another fact with the same key, or a fact that is not there. */
function changeOneFact(line: string): string {
  if (line.startsWith('  + pte ')) return '  + pte 0x123000 notable';
  if (line.startsWith('  + lowcore ')) return '  + lowcore g77';
  return line.replace(/0x[0-9a-f]+$|\?$/, '0x77000').replace(/tables=.*/, 'tables=77');
}

describe('a program for a later kernel', () => {
  const program = (...header: readonly string[]) =>
    traceText(
      ...header,
      's390_enable_sie(mm0) = 0',
      'observe(1)',
      '  + lowcore none',
      'watch(mm0, 0x10000001000)',
      '  + pte 0x10000001000 notable',
      'gmap_create(mm0, 0x7fffffff) = g0',
      '  + gmap g0 asce=0x1c3 end=0x7fffffff tables=1',
      'gmap_register_pte_notifier(n2)',
      'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0) = 0',
      'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000) = 0',
      '  + g2h g0 0x0 0x10000000000',
      'gmap_mprotect_notify(g0, 0x1000, 0x1000, 0x1) = 0',
      '  + h2g g0 0x10000000000 0x0',
      '  + entry g0 seg 0x0 flags=0x0 host=0x10000000000',
      '  + pte 0x10000001000 anon pte=0x33f pgste=0xc00000000000 pmd=0x0',
      'gmap_fault(g0, 0x1000, 0x1) = 0',
      '  ! notify(n2, g0, 0x1000, 0x1fff)',
      '  + pte 0x10000001000 anon pte=0x13f pgste=0x800000000000 pmd=0x0',
      'ptep_notify(mm0, 0x10000001000, 0x200000000000)',
      'gmap_remove(g0)',
      '  ! idte(g0)',
      '  - gmap g0',
      '  - g2h g0 0x0',
      '  - h2g g0 0x10000000000',
      '  - entry g0 seg 0x0',
      'gmap_get(g0)',
    );

  it('is run by the machine that its header asks for', () => {
    const refused = 'gmap_get(g0)';
    const text = program('# kernel: linux-6.1').replace(refused, `# refused (why): ${refused}`);
    expect(printTrace(runTrace(parseTrace(text)))).toBe(text);
    expect(replay(parseTrace(text), { strict: true }).difference).toBeUndefined();
  });

  it('is another one on another kernel, or without NX', () => {
    const fact = '  + pte 0x10000001000 anon pte=0x33f pgste=0xc00000000000 pmd=0x0'.slice(4);
    for (const [header, options, got] of [
      [['# kernel: linux-5.10'], {}, fact.replace('0x33f', '0x33d')],
      [['# kernel: linux-6.1'], { kernel: 'linux-5.10' }, fact.replace('0x33f', '0x33d')],
      [['# kernel: linux-6.1', '# machine: nx=0'], {}, fact.replace('0x33f', '0x23f')],
      [['# kernel: linux-6.12'], {}, 'pte 0x10000001000 zero pte=0x355 pgste=0x400000000000 pmd=0x0'],
    ] as const)
      expect(replay(parseTrace(program(...header)), options).difference).toMatchObject({
        what: 'fact',
        expected: fact,
        got,
      });
  });

  it('needs no events that nobody could see', () => {
    const text = program('# kernel: linux-6.1', '# events: notify')
      .split('\n')
      .filter((line) => line !== '  ! idte(g0)' && line !== 'gmap_get(g0)')
      .join('\n');
    expect(replay(parseTrace(text)).difference).toBeUndefined();
    expect(replay(parseTrace(text.replace('# events: notify\n', ''))).difference).toMatchObject({
      what: 'event',
      expected: null,
      got: 'idte(g0)',
    });
  });
});

describe('a recording that is about reference and change bits', () => {
  const recording = (key: string, bits: string, ...header: readonly string[]) =>
    parseTrace(
      traceText(
        '# kernel: linux-6.12',
        ...header,
        's390_enable_sie(mm0) = 0',
        'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0x0) = 0',
        'store(mm0, 0x10000000000, 0x1) = 0',
        's390_enable_skey(mm0) = 0',
        'set_guest_storage_key(mm0, 0x10000000000, 0x36, 0) = 0',
        `reset_guest_reference_bit(mm0, 0x10000000000) = ${bits}`,
        `get_guest_storage_key(mm0, 0x10000000000) = ${key}`,
      ),
    );

  it('passes with wrong keys if its header does not say so, and fails if it does', () => {
    expect(replay(recording('0x32', '3', '# strict: 1')).difference).toBeUndefined();
    for (const header of [[], ['# strict: 0']]) expect(replay(recording('0x36', '1', ...header)).ok).toBe(true);
    expect(replay(recording('0x36', '3', '# strict: 1')).difference).toMatchObject({ expected: '0x36', got: '0x32' });
    expect(replay(recording('0x32', '1', '# strict: 1')).difference).toMatchObject({ expected: '1', got: '3' });
    // That it is compared with another kernel, or without the option, changes nothing of what it is about.
    expect(replay(recording('0x36', '3', '# strict: 1'), { kernel: '6.1', strict: false }).ok).toBe(false);
  });

  it('is still about them when it is run again', () => {
    const again = runTrace(recording('0x36', '3', '# strict: 1'), { kernel: '5.10' });
    expect(again.header.get('strict')).toBe('1');
    expect(printTrace(again)).toContain('# strict: 1\n');
    expect(replay(again).ok).toBe(true);
  });
});

describe('a recording that is run again', () => {
  it.each(recordings)('$name gives the same text, except for what comparing masks', ({ text }) => {
    const recording = parseTrace(text);
    expect(comparable(runTrace(recording))).toEqual(comparable(recording));
  });
});

describe('any program', () => {
  it('has a recording, which is a trace and replays', () => {
    fc.assert(
      fc.property(trace, (program) => {
        const recording = printTrace(runTrace(program));
        expect(replay(parseTrace(recording), { strict: true }).difference).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

/** Comparing with a page without a storage key leaves storage keys out. */
const KEYLESS: Fact = { kind: 'pte', vmaddr: 0n, page: 'notable' };

/** The lines of a trace without masked bits, and without + lines that change masked bits only. */
function comparable(trace: Trace): string[] {
  const facts = new Map<string, string>();
  return trace.items.flatMap((item) => {
    if (item.kind === 'comment') return [item.text];
    const result = item.result && maskResult(item, item.result, false);
    const changes = item.changes.flatMap((change) => {
      if (change.sign === '-') return facts.delete(printKey(change.key)) ? [`- ${printKey(change.key)}`] : [];
      const key = printKey(change.fact);
      const text = printFact(maskFact(change.fact, KEYLESS, false));
      if (facts.get(key) === text) return [];
      facts.set(key, text);
      return [`+ ${text}`];
    });
    return [printCall({ ...item, result }), ...item.events.map(printEvent), ...changes];
  });
}
