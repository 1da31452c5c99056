// SPDX-License-Identifier: GPL-2.0-only
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../lib/fuzz/reproducer/finding.js';
import { printOptions, printTypeScriptTest } from '../../lib/fuzz/reproducer/print-typescript-test.js';
import type { Trace } from '../../lib/index.js';
import { callsOf, emptyFolder, fileName, findingOf, modelTrace, printedRecordings, traceOf } from './findings.js';

const folder = emptyFolder('printed-tests');
const lib = new URL('../../lib/', import.meta.url).href;

/** Writes a printed test, for the package that is under test here, and makes it a test of this file. */
async function adopt(name: string, text: string): Promise<void> {
  const file = join(folder, `${fileName(name)}.ts`);
  const own = text
    .replace("'s390-gmap/raw'", JSON.stringify(new URL('raw.ts', lib).pathname))
    .replace("'s390-gmap/fuzz'", JSON.stringify(new URL('fuzz/index.ts', lib).pathname))
    .replace("'s390-gmap'", JSON.stringify(new URL('index.ts', lib).pathname));
  writeFileSync(file, own);
  await import(/* @vite-ignore */ pathToFileURL(file).pathname);
}

describe('what recordings are printed as passes', async () => {
  for (const recording of printedRecordings) {
    const trace = modelTrace(recording);
    await describe(recording.name, async () => {
      await adopt(recording.name, printTypeScriptTest(trace, findingOf(trace)));
    });
  }
});

const HOST = '0x10000000000';
const guest = [
  's390_enable_sie(mm0)',
  `mmap(mm0, ${HOST}, 0x100000, 0x3, 0)`,
  'gmap_alloc(mm0, 0x7fffffff) = g0',
  `gmap_map_segment(g0, ${HOST}, 0x0, 0x100000)`,
];
const faulted = traceOf(...guest, 'gmap_fault(g0, 0x1000, 0x1)');
const last = { operation: guest.length };

/** The printed test, which has to fail. */
const failing = (trace: Trace, changes: Partial<Finding>) =>
  printTypeScriptTest(trace, findingOf(trace, changes)).replace("\nit('", "\nit.fails('");

describe('what shows a fault fails', async () => {
  await describe('another result is expected', async () => {
    const expected = { kind: 'number', value: 2n ** 64n - 14n } as const;
    await adopt('fault_result', failing(faulted, { ...last, oracle: 'model', expected }));
  });
  await describe('NULL is expected', async () => {
    await adopt('fault_null', failing(faulted, { operation: 2, oracle: 'model', expected: { kind: 'null' } }));
  });
  await describe('a BUG that must not be', async () => {
    const trace = traceOf('gmap_alloc(mm0, 0x0) = g0', `__gmap_link(g0, 0x0, ${HOST})`);
    await adopt('fault_bug', failing(trace, { operation: 1, oracle: 'bug', rule: 'pmd_none' }));
  });
  await describe('something is left', async () => {
    const text = failing(faulted, { oracle: 'leaks', rule: 'leak' });
    await adopt('fault_leak', text.replace('g0.close();', ''));
  });
});

describe('what leaves nothing passes', async () => {
  await adopt('leaks', printTypeScriptTest(faulted, findingOf(faulted, { oracle: 'leaks' })));
});

describe('what perhaps only an oracle sees is judged', async () => {
  for (const oracle of ['rules', 'hardware', 'model', 'contents'])
    await adopt(`judged_${oracle}`, printTypeScriptTest(faulted, findingOf(faulted, { ...last, oracle })));
});

describe('the text', () => {
  it('has one line a call, and says where the fault is', () => {
    const trace = traceOf(...guest, 'gmap_register_ipte_notifier(n3)', 'gmap_translate(g0, 0x100000)', 'gmap_free(g0)');
    expect(printTypeScriptTest(trace, findingOf(trace, { operation: 5, seed: 7 }))).toBe(`\
// SPDX-License-Identifier: GPL-2.0-only
// Found by the fuzzer, seed 7: check (bug)
// I7: g0: an entry without a link
import { type Gmap, Machine } from 's390-gmap';
import {
  gmap_alloc,
  gmap_map_segment,
  gmap_register_ipte_notifier,
  gmap_translate,
  mmap,
  s390_enable_sie,
} from 's390-gmap/raw';
import { expect, it } from 'vitest';

it('check (bug)', () => {
  using machine = new Machine({ kernel: 'linux-4.7', checkAlways: true });
  const mm0 = machine.mm;
  const n3 = machine.createNotifier(() => {});
  expect(s390_enable_sie(mm0)).toBe(0);
  expect(mmap(mm0, 0x10000000000n, 0x100000n, 0x3n, 0)).toBe(0);
  const g0 = gmap_alloc(mm0, 0x7fffffffn) as Gmap;
  expect(gmap_map_segment(g0, 0x10000000000n, 0x0n, 0x100000n)).toBe(0);
  gmap_register_ipte_notifier(n3);
  // I7: g0: an entry without a link
  gmap_translate(g0, 0x100000n); // answered -EFAULT
  expect(machine.check()).toEqual({ ok: true, value: undefined });
});
`);
  });

  it.each([
    ['2', '2'],
    ['0xffffffffffffffff', `${Number.MAX_SAFE_INTEGER}`],
    // what a number cannot hold means nothing
    ['0x1000000000000002', '2'],
  ])('has the flags %s of mmap as a number', (flags, expected) => {
    const trace = traceOf(`mmap(mm0, ${HOST}, 0x1000, 0x3, ${flags})`);
    const text = printTypeScriptTest(trace, findingOf(trace, { operation: 0 }));
    expect(text).toContain(`mmap(mm0, 0x10000000000n, 0x1000n, 0x3n, ${expected})`);
  });

  it('names an error', () => {
    const trace = traceOf(...guest, 'gmap_translate(g0, 0x100000)', 'gmap_unmap_segment(g0, 0x1, 0x100000)');
    const text = printTypeScriptTest(trace, findingOf(trace));
    expect(text).toContain('expect(gmap_translate(g0, 0x100000n)).toBe(0xfffffffffffffff2n); // -EFAULT');
    expect(text).toContain('expect(gmap_unmap_segment(g0, 0x1n, 0x100000n)).toBe(-22); // -EINVAL');
  });

  it('has the program for an oracle that may see what nobody else does', () => {
    const trace = traceOf('# machine: esop=0', ...guest, 'gmap_unmap_segment(g0, 0x0, 0x100000)', 'gmap_free(g0)');
    const text = printTypeScriptTest(trace, findingOf(trace, { oracle: 'hardware', operation: 4 }));
    expect(text).toContain(`
  // The fuzzer's oracle "hardware" sees it, if nobody else does.
  const program = [
    '# gmap-trace 1',
    '# kernel: linux-4.7',
    '# machine: esop=0',
    's390_enable_sie(mm0)',
    'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0)',
    'gmap_alloc(mm0, 0x7fffffff) = g0',
    'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000)',
    'gmap_unmap_segment(g0, 0x0, 0x100000)',
    '',
  ];
  using fuzzer = new Fuzzer({ kernel: 'any', oracles: ['hardware'] });
  expect(fuzzer.judge(traceToInput(parseTrace(program.join('\\n'))))).toBeUndefined();
});
`);
    expect(text).toContain("import { type Gmap, Machine, parseTrace } from 's390-gmap';");
  });

  it('stays a comment, whatever the finding says', () => {
    const text = printTypeScriptTest(faulted, findingOf(faulted, { text: "a\nb*/ 'c' `d` \\", rule: "it's" }));
    expect(text).toContain("it('it s (bug)'");
    expect(text).toContain('// a b* /  c   d\n');
  });

  it('has the options of the machine', () => {
    const trace = traceOf(
      '# kernel: linux-6.1',
      '# machine: esop=0 idte=1 debug_vm=0 debug_list=1',
      'gmap_create(mm0, 0x0) = g0',
    );
    expect(printTypeScriptTest(trace, findingOf(trace))).toContain(
      "new Machine({ kernel: 'linux-6.1', facilities: { esop: false }, debugVm: false, debugList: true, checkAlways: true })",
    );
    expect(printOptions({ kernel: 'linux-4.7', cpus: 3, storageLimit: 0x800000, maxSegments: 16 }).join(', ')).toBe(
      "kernel: 'linux-4.7', cpus: 3, storageLimit: 0x800000, maxSegments: 16, checkAlways: true",
    );
  });
});

it('every recording is printed with all its calls', () => {
  for (const recording of printedRecordings) {
    const trace = modelTrace(recording);
    // A process that is gone has no object that could be asked for its gmaps.
    const left = ['observe', 'watch', 'gmaps'];
    const made = callsOf(trace).filter(({ name, result }) => !left.includes(name) && result?.kind !== 'refused');
    const [, program = ''] = printTypeScriptTest(trace, findingOf(trace)).split("\nit('");
    const names = [...program.matchAll(/(?<![\w.'])(?!expect|it\b)([a-z_0-9]+)\((?=mm|g\d|n\d|machine)/g)].map(
      ([, name]) => name,
    );
    expect(names.filter((name) => name !== 'gmaps')).toEqual(made.map(({ name }) => name));
  }
});
