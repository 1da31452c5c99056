// SPDX-License-Identifier: GPL-2.0-only
/** Codes side by side, and what they observe. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { CodeComparer } from '../../lib/fuzz/compare-codes.js';
import { decodeObservations, encodeProgram, Machine, parseTrace, replay } from '../../lib/index.js';
import { randomProgram } from '../../lib/kernel/index.js';
import { readResults } from '../../lib/trace/observations.js';
import { sameObservations } from '../../lib/trace/outcomes.js';
import { buildMutantAddon } from '../fuzz/mutant-addon.js';
import { traceText } from '../trace/recordings.js';
import { fakeCodes } from './fixture.js';

const codes = fakeCodes();
codes.add('mine', 'linux-6.1');
const scratch = mkdtempSync(join(tmpdir(), 's390-gmap-compare-'));
afterAll(() => {
  codes.remove();
  rmSync(scratch, { recursive: true });
});
beforeAll(() => {
  const addonOf = (id: string) => buildMutantAddon(join(scratch, id), id);
  codes.add('lost-flush', 'linux-6.1', { addon: addonOf('unmap-no-flush') });
}, 120_000);
beforeEach(() => vi.stubEnv('S390_GMAP_CACHE', codes.folder));
afterEach(() => vi.unstubAllEnvs());

const unmap = parseTrace(
  traceText(
    '# kernel: linux-6.1',
    '# a comment, so that lines are others than in the recording',
    's390_enable_sie(mm0)',
    'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0)',
    'gmap_create(mm0, 0x7fffffff) = g0',
    'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000)',
    'gmap_fault(g0, 0x1000, 0x1)',
    'gmap_unmap_segment(g0, 0x0, 0x100000)',
  ),
);

describe('CodeComparer', () => {
  it('finds no difference where there is none', () => {
    using comparer = new CodeComparer({ code: 'mine' });
    for (let seed = 1; seed < 20; seed++) {
      const program = randomProgram(seed, 200);
      const comparison = comparer.compare(program);
      expect(comparison).toMatchObject({ passed: true, difference: undefined, died: false });
      expect(comparison.calls).toBeGreaterThan(150);
      expect(comparison.recording.header.get('code')).toBe('mine');
      expect(replay(comparison.recording, { kernel: 'linux-6.1' })).toMatchObject({
        ok: true,
        calls: comparison.calls,
      });
    }
  });

  it('says what was not compared', () => {
    using comparer = new CodeComparer({ code: 'mine' });
    const refused = parseTrace(traceText('essa_set_usage(mm0, 0x0, 1)', 'gmap_free(g7)', 'gmap_create(mm0, 0x0)'));
    expect(comparer.compare(refused)).toMatchObject({
      passed: true,
      calls: 1,
      skipped: [
        { name: 'essa_set_usage', reason: 'the host address has no page table', count: 1 },
        { name: 'gmap_remove', count: 1 },
      ],
    });
  });

  it.each([
    [{ code: 'lost-flush' }, 'lost-flush', 'port', null, 'idte(g0)'],
    [{ code: 'lost-flush', against: 'port' }, 'lost-flush', 'port', null, 'idte(g0)'],
    [{ code: 'lost-flush', against: 'mine' }, 'mine', 'lost-flush', 'idte(g0)', null],
  ])('with %j says where they part', (sides, expectedSide, gotSide, expected, got) => {
    using comparer = new CodeComparer(sides);
    expect(comparer).toMatchObject({ expected: expectedSide, got: gotSide, kernel: 'linux-6.1' });
    const { difference, recording, ...rest } = comparer.compare(unmap);
    expect(rest).toMatchObject({ passed: false, died: false, skipped: [] });
    expect(difference).toMatchObject({ what: 'event', expected, got, line: 9 });
    expect(difference?.call).toBe('gmap_unmap_segment(g0, 0x0, 0x100000) = 0');
    expect(recording.header.get('code')).toBe(expectedSide === 'port' ? undefined : expectedSide);
  });

  it('runs programs on the machine that they ask for', () => {
    using comparer = new CodeComparer({ code: 'mine' });
    const small = parseTrace(
      traceText(
        '# machine: max_segments=1',
        'gmap_create(mm0, 0x7fffffff) = g0',
        'gmap_map_segment(g0, 0x10000000000, 0x0, 0x200000)',
      ),
    );
    expect(comparer.compare(small)).toMatchObject({ passed: true, calls: 1, skipped: [{ name: 'gmap_map_segment' }] });
    expect(comparer.compare(unmap)).toMatchObject({ passed: true, calls: 6, skipped: [] });
  });

  it('refuses sides that are the same, and other kernels', () => {
    const error = (code: string) => expect.objectContaining({ code });
    expect(() => new CodeComparer({ code: 'mine', against: 'mine' })).toThrow(error('ERR_CODE_SAME'));
    expect(() => new CodeComparer({ code: 'mine', kernel: '6.12' })).toThrow(error('ERR_CODE_KERNEL'));
    expect(() => new CodeComparer({ code: 'yours' })).toThrow(error('ERR_CODE_NOT_BUILT'));
  });
});

describe('observations', () => {
  const observe = (lines: readonly string[]) => {
    using machine = new Machine({ kernel: '6.1' });
    return machine.execute(encodeProgram(parseTrace(traceText(...lines))));
  };
  const gmap = 'gmap_create(mm0, 0x7fffffff) = g0';

  it('are the same where only the place of tables is another one', () => {
    const flush = [gmap, 'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000)', 'gmap_remove(g0)'];
    const a = observe(flush);
    const b = new Uint8Array(a);
    expect(sameObservations(a, b)).toBe(true);
    // the ASCE of idte(g0): the last word but one that is not zero
    const places = [...a.keys()].filter((at) => at % 8 === 0 && a.subarray(at, at + 8).some((byte) => byte !== 0));
    const asce = places.at(-1) ?? 0;
    b[asce + 1] = (b[asce + 1] ?? 0) ^ 0x40;
    expect(sameObservations(a, b)).toBe(true);
    b[8] = (b[8] ?? 0) ^ 1;
    expect(sameObservations(a, b)).toBe(false);
    expect(sameObservations(a, observe([gmap]))).toBe(false);
    expect(sameObservations(observe([gmap]), observe(['gmap_create(mm0, 0x0) = g0']))).toBe(true);
    expect(sameObservations(observe(['observe(1)', gmap]), observe(['observe(1)', gmap.replace('0x7', '0x17')]))).toBe(
      false,
    );
  });

  it('are skimmed for their results', () => {
    const program = randomProgram(4, 200);
    using machine = new Machine({ kernel: '6.1' });
    const bytes = machine.execute(encodeProgram(program));
    expect(readResults(bytes)).toEqual(decodeObservations(bytes).map(({ name, result }) => ({ name, result })));
    expect(() => readResults(bytes.subarray(0, bytes.length - 8))).toThrow(/cut off/);
  });
});
