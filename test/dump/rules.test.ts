// SPDX-License-Identifier: GPL-2.0-only
/**
 * The rules that dumps are checked by are those of machine_check(): both look at the same states of the model. `npm run check:long -- dump-rules`
 * does so for mutants.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkState } from '../../lib/dump/check/check.js';
import type { GmapState } from '../../lib/dump/check/state.js';
import type { CheckedProblem } from '../../lib/dump/model.js';
import { encodeProgram, parseTrace } from '../../lib/index.js';
import { CORE, objectsOf } from '../built.js';
import { portRecordings } from '../trace/recordings.js';

interface ModelState {
  readonly name: string;
  /** What machine_check() says; '': all holds. */
  readonly check: string;
  readonly known: readonly string[];
  readonly state: GmapState;
}
interface Row {
  readonly says: RegExp;
  readonly why: string;
}
interface Agreement {
  readonly agrees: boolean;
  readonly how: string;
  readonly row?: Row;
}

const scripts = new URL('../../scripts/dumps/', import.meta.url).href;
const { readStates } = (await import(`${scripts}model-state.mjs`)) as {
  readonly readStates: (text: string) => ModelState[];
};
const { buildPrinter, statesOf } = (await import(`${scripts}states.mjs`)) as {
  readonly buildPrinter: (folder: string) => Promise<string>;
  readonly statesOf: (program: string, args: readonly string[]) => Promise<ModelState[]>;
};
const { agreement, UNSEEN, OTHER_WORDS } = (await import(`${scripts}agreement.mjs`)) as {
  readonly agreement: (
    one: Pick<ModelState, 'check' | 'known'> & { readonly state: Pick<GmapState, 'gmaps'> },
    problems: readonly CheckedProblem[],
  ) => Agreement;
  readonly UNSEEN: readonly Row[];
  readonly OTHER_WORDS: readonly Row[];
};

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 's390-gmap-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const judge = (one: ModelState): Agreement => agreement(one, checkState(one.state));

describe('a state that was damaged by hand, in the tests of machine_check()', () => {
  const states: ModelState[] = [];

  beforeAll(async () => {
    const harness = join(root, 'native/core/test/test.c');
    for (const name of ['test_check', 'test_check_gmap']) {
      const [program, file] = [join(folder, name), join(folder, `${name}.states`)];
      const source = join(root, `native/core/test/${name}.c`);
      const flags = ['-std=c11', '-pthread', `-I${root}native`];
      await run('cc', [...flags, source, harness, ...objectsOf(CORE), '-o', program]);
      await run(program, { env: { ...process.env, S390_GMAP_STATES: file } });
      states.push(...readStates(readFileSync(file, 'utf8')));
    }
  });

  it('is told by both, or there is a reason', () => {
    const wrong = states.map((one) => ({ says: one.check, ...judge(one) })).filter(({ agrees }) => !agrees);
    expect(wrong).toEqual([]);
  });

  it('is told in the same words by both, for most rules', () => {
    const same = states.filter((one) => judge(one).how === 'both, in the same words');
    const rules = new Set(same.map(({ check }) => check.split(':')[0]));
    expect([...rules].sort()).toEqual(
      [
        ...['I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8', 'I9', 'I10', 'I11', 'I12', 'I14', 'I17', 'VMA', 'host tables'],
        'a page is writable, its VMA is not',
        'a page outside of all VMAs',
        'a store can reach a page that is clean or not writable',
        'a valid PTE of a page that is old or not readable',
      ].sort(),
    );
  });

  it('needs each reason that there is', () => {
    const used = new Set(states.map((one) => judge(one).row));
    // Of states that no test damages by hand, or that cannot be printed.
    const others = /^\/\^(exit: |radix tree: |hardware: |I12: )/;
    const unused = [...UNSEEN, ...OTHER_WORDS].filter((row) => !used.has(row) && !others.test(String(row.says)));
    expect(unused).toEqual([]);
  });
});

/** One in so many recordings, and states after so many operations. */
const EACH = 12;
const EVERY = 24;

describe('what programs of recordings leave', () => {
  /** Programs that run on the same machine, by its arguments for the printer. */
  const programs = new Map<string, string[]>();
  for (const [i, { name, text }] of portRecordings.filter((_, at) => at % EACH === 0).entries()) {
    const trace = parseTrace(text, name);
    const settings = (trace.header.get('machine') ?? '')
      .split(' ')
      .filter((word) => /^(esop|idte|tlb_lc|nx|debug_vm|debug_list)=/.test(word));
    const machine = [trace.header.get('kernel') ?? 'linux-4.7', ...settings].join(' ');
    const file = join(folder, 'programs', `${i}`);
    mkdirSync(join(folder, 'programs'), { recursive: true });
    writeFileSync(file, encodeProgram(trace));
    programs.set(machine, [...(programs.get(machine) ?? []), file]);
  }
  let printer: string;
  /** States with gmaps that have page tables. */
  let linked = 0;

  beforeAll(async () => {
    printer = await buildPrinter(folder);
  });

  it.each([...programs])('on %s: nothing is wrong, for both', async (machine, files) => {
    const states = await statesOf(printer, [`${EVERY}`, '--kernel', ...machine.split(' '), ...files]);
    expect(states.filter((one) => !judge(one).agrees).map((one) => [one.name, one.check, judge(one).how])).toEqual([]);
    expect(states.filter(({ check }) => check !== '')).toEqual([]);
    linked += states.filter(({ state }) => state.gmaps.some((gmap) => gmap.linked.size > 0)).length;
  });

  it('is much', () => {
    expect(linked).toBeGreaterThan(20);
  });
});

describe('a disagreement', () => {
  const problem = (rule: string, text: string): CheckedProblem => ({ rule, text, held: [] });

  it.each([
    ['', [], [problem('I6', 'g0: …')], 'only the dump: I6: g0: …'],
    ['I7: g0: …', [], [], 'only machine_check(): nobody knows why'],
    ['I7: g0: this', [], [problem('I7', 'g0: that')], 'both, in other words: nobody knows why'],
    ['', ['older_pages'], [problem('I6', 'g0: …')], 'only the dump: I6: g0: …'],
  ])('is none that is let go: %s', (says, known, problems, how) => {
    const state = { gmaps: [] };
    expect(agreement({ check: says, known, state }, problems)).toMatchObject({ agrees: false, how });
  });
});
