// SPDX-License-Identifier: GPL-2.0-only
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../lib/fuzz/reproducer/finding.js';
import { printCTest } from '../../lib/fuzz/reproducer/print-c-test.js';
import { parseTrace, type Trace } from '../../lib/index.js';
import { CORE, objectsOf } from '../built.js';
import { traceText } from '../trace/recordings.js';
import { emptyFolder, fileName, findingOf, modelTrace, printedRecordings, traceOf } from './findings.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = emptyFolder('printed-c-tests');
const INCLUDE = `-I${root}native`;
const WARNINGS = ['-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror'];
const FLAGS = ['-std=c11', ...WARNINGS, INCLUDE, `-I${root}native/core/test`];

beforeAll(async () => {
  const harness = join(root, 'native/core/test/test.c');
  await run('cc', ['-std=c11', INCLUDE, '-c', harness], { cwd: folder });
  await run('ar', ['rc', 'core.a', 'test.o', ...objectsOf(CORE)], { cwd: folder });
});

interface Outcome {
  readonly status: number;
  readonly output: string;
}

/** Writes a printed program. Answers its file. */
function write(name: string, text: string): string {
  const source = join(folder, `test_${fileName(name)}.c`);
  writeFileSync(source, text);
  return source;
}

/** Compiles a printed program and runs it. */
async function outcomeOf(name: string, text: string): Promise<Outcome> {
  const source = write(name, text);
  const program = source.replace(/\.c$/, '');
  await run('cc', [...FLAGS, source, 'core.a', '-o', program], { cwd: folder });
  return outcomeOfRun(program);
}

function outcomeOfRun(program: string, ...args: string[]): Promise<Outcome> {
  return run(program, args, { timeout: 10_000 }).then(
    ({ stdout }) => ({ status: 0, output: stdout }),
    (error: { code: number; stdout: string }) => ({ status: error.code, output: error.stdout }),
  );
}

describe('what recordings are printed as, compiled and run, passes', () => {
  const some = printedRecordings.filter((_, i) => i % 8 === 0).map((recording, i) => ({ ...recording, i }));
  const all = join(folder, 'all');

  // Linked to one program, which runs what it is told to: to link each costs more than to compile it.
  beforeAll(async () => {
    const sources = some.map((recording) => {
      const trace = modelTrace(recording);
      return write(recording.name, `#define main main_${recording.i}\n${printCTest(trace, findingOf(trace))}`);
    });
    await run('cc', [...FLAGS, '-O0', '-c', ...sources], { cwd: folder });
    const mains = some.map(({ i }) => `main_${i}`);
    const chooser = write(
      'chooser',
      `#include <stdlib.h>\n${mains.map((main) => `int ${main}(void);\n`).join('')}
       int main(int count, char **args) { return (int (*[])(void)){ ${mains.join(', ')} }[atoi(args[count - 1])](); }`,
    );
    const objects = sources.map((source) => source.replace(/\.c$/, '.o'));
    await run('cc', [chooser, ...objects, 'core.a', '-o', all], { cwd: folder });
  }, 120_000);

  it.each(some)('$name', async ({ i }) => {
    expect(await outcomeOfRun(all, String(i))).toEqual({ status: 0, output: '' });
  });
});

const HOST = '0x10000000000';
const guest = [
  's390_enable_sie(mm0)',
  `mmap(mm0, ${HOST}, 0x100000, 0x3, 0)`,
  'gmap_alloc(mm0, 0x7fffffff) = g0',
  `gmap_map_segment(g0, ${HOST}, 0x0, 0x100000)`,
];
const faulted = traceOf(...guest, 'gmap_fault(g0, 0x1000, 0x1)');
const outcomeOfFinding = (name: string, trace: Trace, changes: Partial<Finding>) =>
  outcomeOf(name, printCTest(trace, findingOf(trace, changes)));

describe('what shows a fault ends with 1, and says', { timeout: 30_000 }, () => {
  it('which call answered something else', async () => {
    const expected = { kind: 'number', value: 2n ** 64n - 14n } as const;
    const { status, output } = await outcomeOfFinding('result', faulted, { operation: 4, oracle: 'model', expected });
    expect(status).toBe(1);
    expect(output).toContain('gmap_fault(m, g0, 0x1000, FAULT_FLAG_WRITE) is 0x0, expected 0xfffffffffffffff2');
  });

  it('that a call made something', async () => {
    const changes = { operation: 2, oracle: 'model', expected: { kind: 'null' } } as const;
    const { status, output } = await outcomeOfFinding('null', faulted, changes);
    expect(status).toBe(1);
    expect(output).toContain('OPERATION(gmap_alloc, mm0->handle, 0x7fffffff) is 0x0, expected 0xffffffff');
  });

  it('a BUG that must not be', async () => {
    const trace = traceOf('gmap_alloc(mm0, 0x0) = g0', `__gmap_link(g0, 0x0, ${HOST})`);
    const { status, output } = await outcomeOfFinding('bug', trace, { operation: 1, oracle: 'bug' });
    expect(status).toBe(1);
    expect(output).toMatch(/^BUG pmd_none: /);
  });

  it('that a BUG is missing', async () => {
    const trace = parseTrace(traceText('gmap_alloc(mm0, 0x0) = g0', 'gmap_discard(g0, 0x0, 0x1000) = BUG'));
    const { status, output } = await outcomeOfFinding('no_bug', trace, {});
    expect(status).toBe(1);
    expect(output).toContain('not true: m->dead != BUG_none');
  });

  it('that something is left', async () => {
    const text = printCTest(faulted, findingOf(faulted, { oracle: 'leaks' }));
    expect(await outcomeOf('nothing_left', text)).toEqual({ status: 0, output: '' });
    const lost = text.replace('EXPECT(bug_guard(m, free_everything));', 'mm_exit(m, m->s.mm[0]);');
    const { status, output } = await outcomeOf('left', lost);
    expect(status).toBe(1);
    expect(output).toContain('counts.gmaps is 0x1, expected 0x0');
  });

  it('that an invariant does not hold', async () => {
    const text = printCTest(faulted, findingOf(faulted, { operation: 4, oracle: 'rules' }));
    const broken = text.replace('EXPECT_CHECK(m);', 'SET(m, g0->crst_count, 7);\n\tEXPECT_CHECK(m);');
    const { status, output } = await outcomeOf('invariant', broken);
    expect(status).toBe(1);
    expect(output).toContain('machine_check: I');
  });
});

describe('the text', () => {
  it('calls functions, and operations where their callers do more', () => {
    const trace = traceOf(
      '# kernel: linux-4.7',
      '# machine: tlb_lc=0 debug_vm=0 debug_list=1',
      ...guest,
      'gmap_register_ipte_notifier(n3)',
      'inject(kzalloc, 1)',
      'gmap_alloc(mm0, 0x0)',
      'gmaps(mm0)',
      'gmap_fault(g0, 0x1000, 0x1)',
      `mprotect(mm0, ${HOST}, 0x1000, 0x1)`,
      'gmap_translate(g0, 0x100000)',
      `ptep_notify(mm0, ${HOST})`,
      `set_guest_storage_key(mm0, ${HOST}, 0x36, 1)`,
    );
    const text = printCTest(trace, findingOf(trace, { oracle: 'locks', operation: 12 }));
    const [, program] = /static void finding\(struct machine \*m\)\n\{\n(.*?)\n\}/s.exec(text) ?? [];
    expect(program).toBe(`\
	struct mm *mm0 = m->s.mm[0];
	struct gmap *g0;

	EXPECT_EQ(s390_enable_sie(m, mm0), 0);
	EXPECT_EQ(sys_mmap(m, mm0, 0x10000000000, 0x100000, PROT_READ | PROT_WRITE, 0), 0);
	make(m, OP_gmap_alloc, mm0->handle, 0x7fffffff, 0);
	g0 = m->s.gmap[0];
	EXPECT_EQ(gmap_map_segment(m, g0, 0x10000000000, 0x0, 0x100000), 0);
	OPERATION(gmap_register_ipte_notifier, 3);
	OPERATION(inject, INJECT_kzalloc, 1);
	EXPECT_EQ(OPERATION(gmap_alloc, mm0->handle, 0x0), WIRE_NO_HANDLE);
	EXPECT(mm_gmap_at(mm0, 0) == g0);
	EXPECT(!mm_gmap_at(mm0, 1));
	EXPECT_EQ(gmap_fault(m, g0, 0x1000, FAULT_FLAG_WRITE), 0);
	EXPECT_EQ(sys_mprotect(m, mm0, 0x10000000000, 0x1000, PROT_READ), 0);
	EXPECT_EQ(gmap_translate(m, g0, 0x100000), ERROR_WORD(EFAULT));
	OPERATION(ptep_notify, mm0->handle, 0x10000000000, WIRE_NO_ARGUMENT);
	/* I7: g0: an entry without a link */
	set_guest_storage_key(m, mm0, 0x10000000000, 0x36, true);
	lock_none_checked(m, "set_guest_storage_key");`);
    expect(text).toContain(`\
	options->profile = profile_find("linux-4.7");
	options->tlb_lc = false;
	options->debug_vm = false;
	options->debug_list = true;
`);
  });

  it.each([
    [0, '0'],
    [1, 'VM_SHARED'],
    [2, 'VM_NORESERVE'],
    [3, 'VM_SHARED | VM_NORESERVE'],
  ])('has the flags %i of mmap as those of a VMA', (flags, expected) => {
    const trace = traceOf(`mmap(mm0, ${HOST}, 0x1000, 0x3, ${flags})`);
    const text = printCTest(trace, findingOf(trace, { operation: 0 }));
    expect(text).toContain(`sys_mmap(m, mm0, 0x10000000000, 0x1000, PROT_READ | PROT_WRITE, ${expected})`);
  });

  it('says so where perhaps only an oracle sees what is wrong', () => {
    const unseen = 'perhaps only the fuzzer\'s oracle "hardware" sees';
    expect(printCTest(faulted, findingOf(faulted, { oracle: 'hardware' }))).toContain(unseen);
    expect(printCTest(faulted, findingOf(faulted))).not.toContain('only the fuzzer');
  });

  it('compiles for a program without calls', async () => {
    const trace = traceOf();
    expect(await outcomeOf('empty', printCTest(trace, findingOf(trace)))).toEqual({ status: 0, output: '' });
  });
});
