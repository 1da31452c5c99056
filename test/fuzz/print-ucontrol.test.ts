// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { printUcontrol } from '../../lib/fuzz/reproducer/index.js';
import type { Trace } from '../../lib/index.js';
import { printCallWithoutResult } from '../../lib/trace/print.js';
import { recordings } from '../trace/recordings.js';
import { callsOf, emptyFolder, fileName, findingOf, modelTrace, traceOf } from './findings.js';

const folder = emptyFolder('printed-ucontrol');
const FLAGS = ['-std=gnu11', '-O1', '-Wall', '-Wextra', '-Wshadow', '-Werror'];

const HOST = '0x10000000000';
const ALL = '0xffffffffffffffff';
const everything = [
  's390_enable_sie(mm0)',
  `gmap_alloc(mm0, ${ALL}) = g0`,
  `mmap(mm0, ${HOST}, 0x400000, 0x3, 0)`,
  'mmap(mm0, 0x10000800000, 0x1000, 0x1, 3)',
  `gmap_map_segment(g0, ${HOST}, 0x0, 0x200000)`,
  'gmap_fault(g0, 0x1000, 0x0)',
  `gmap_map_segment(g0, ${HOST}, 0x1, 0x100000)`,
  `store(mm0, 0x10000001000, 0xff00000000000001)`,
  `load(mm0, 0x10000001004)`,
  'load(mm0, 0x10000900000)',
  'store(mm0, 0x10000800000, 0x1)',
  `mprotect(mm0, ${HOST}, 0x1000, 0x0)`,
  `load(mm0, ${HOST})`,
  `mprotect(mm0, ${HOST}, 0x1000, 0x7)`,
  `madvise(mm0, ${HOST}, 0x2000, 4)`,
  `load(mm0, 0x10000001000)`,
  'mremap(mm0, 0x10000200000, 0x100000, 0x10000600000, 0x100000)',
  'munmap(mm0, 0x10000001800, 0x1000)',
  'munmap(mm0, 0x10000001000, 0x1000)',
  'fork(mm0)',
  'gmap_unmap_segment(g0, 0x0, 0x100000)',
  `gmap_alloc(mm0, ${ALL}) = g1`,
  'gmap_free(g0)',
] as const;

function textOf(trace: Trace): string {
  const printed = printUcontrol(trace, findingOf(trace));
  return printed.ok ? printed.text : expect.fail(`${printed.call}: ${printed.reason}`);
}

function compile(compiler: string, texts: Readonly<Record<string, string>>, flags: readonly string[]): void {
  const sources = Object.entries(texts).map(([name, text]) => {
    const source = `${fileName(name)}.c`;
    writeFileSync(join(folder, source), text);
    return source;
  });
  const { status, stderr } = spawnSync(compiler, [...FLAGS, ...flags, ...sources], { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}

function canCompile(compiler: string): boolean {
  const input = '#include <linux/kvm.h>\n';
  return spawnSync(compiler, ['-fsyntax-only', '-x', 'c', '-'], { input }).status === 0;
}

describe.each([
  ['cc', ['-fsyntax-only'], ['-fsyntax-only']],
  ['s390x-linux-gnu-gcc', ['-c'], ['-o', 'program']],
] as const)('what is printed compiles: %s', (compiler, flags, flagsOfOne) => {
  let missing = '';

  beforeAll(() => {
    if (!canCompile(compiler)) missing = `${compiler} or its linux/kvm.h is not installed`;
  });

  it('with everything that can be done', ({ skip }) => {
    if (missing) skip(missing);
    compile(compiler, { everything: textOf(traceOf(...everything)) }, flagsOfOne);
  });

  it('with nothing that the program does not call', ({ skip }) => {
    if (missing) skip(missing);
    const texts: Record<string, string> = { nothing: textOf(traceOf()) };
    for (const [i, call] of everything.slice(1).entries()) {
      const isOnGuest = call.includes('g0');
      const before = isOnGuest || call.includes('gmap') ? everything.slice(0, isOnGuest ? 2 : 1) : [];
      texts[`one_${i}`] = textOf(traceOf(...new Set([...before, call])));
    }
    compile(compiler, texts, flags);
  });
});

describe('recordings', () => {
  const programs = recordings.map((recording) => ({ name: recording.name, trace: modelTrace(recording) }));

  it('say which call stands in the way, and why; what comes before it can be printed', ({ skip }) => {
    const texts: Record<string, string> = {};
    for (const [i, { name, trace }] of programs.entries()) {
      const calls = callsOf(trace);
      const printed = printUcontrol(trace, findingOf(trace));
      if (printed.ok) continue;
      expect(printed.reason).not.toBe('');
      const first = calls.findIndex((call) => printCallWithoutResult(call) === printed.call);
      expect(first).toBeGreaterThanOrEqual(0);
      if (first === 0) continue;
      const before = printUcontrol(trace, findingOf(trace, { operation: first - 1 }));
      if (!before.ok) expect.fail(`${name}: ${before.call}: ${before.reason}`);
      if (i % 40 === 0) texts[name] = before.text;
    }
    if (canCompile('cc')) compile('cc', texts, ['-fsyntax-only']);
    else skip('compiled nothing: cc or its linux/kvm.h is not installed');
  });
});

/** Stands for the kernel's side of KVM on the system that the tests run on; the process's own calls are real. */
const FAKE_KVM = `
#include <stdarg.h>
static int fake_open(const char *path, int flags) { return printf("open %s %d\\n", path, flags) > 0 ? 10 : -1; }
static long fake_ioctl(int fd, unsigned long request, ...)
{
	const struct kvm_s390_ucas_mapping *m;
	unsigned long arg;
	va_list args;

	va_start(args, request);
	arg = va_arg(args, unsigned long);
	va_end(args);
	m = (const void *)arg;
	switch (request) {
	case KVM_S390_ENABLE_SIE: return printf("enable_sie %d\\n", fd) < 0;
	case KVM_CREATE_VM: return printf("vm %lu\\n", arg) < 0 ? -1 : 20;
	case KVM_CREATE_VCPU: return printf("vcpu %lu\\n", arg) < 0 ? -1 : 30;
	case KVM_S390_VCPU_FAULT: return printf("fault 0x%lx\\n", arg) < 0;
	case KVM_S390_UCAS_MAP:
		printf("map 0x%llx 0x%llx 0x%llx\\n", m->user_addr, m->vcpu_addr, m->length);
		errno = EINVAL;
		return m->vcpu_addr & 0xfffff ? -1 : 0;
	case KVM_S390_UCAS_UNMAP: return printf("unmap 0x%llx 0x%llx\\n", m->vcpu_addr, m->length) < 0;
	default: return -1;
	}
}
static int fake_close(int fd) { return printf("close %d\\n", fd) < 0; }
#define open fake_open
#define close fake_close
#define ioctl fake_ioctl
`;

it('makes the calls that the trace has, with the answers that it has', ({ skip }) => {
  if (!canCompile('cc')) skip('cc or its linux/kvm.h is not installed');
  const text = textOf(traceOf(...everything)).replace('#include <unistd.h>\n', `$&${FAKE_KVM}`);
  compile('cc', { run: text }, ['-o', 'run']);
  const { status, stdout } = spawnSync(join(folder, 'run'), { encoding: 'utf8', timeout: 10_000 });
  expect(stdout.trimEnd().split('\n')).toEqual([
    'open /dev/kvm 2',
    'enable_sie 10',
    's390_enable_sie(mm0) = 0',
    'vm 1',
    'vcpu 0',
    'mmap(mm0, 0x10000000000, 0x400000, 0x3, 0) = 0',
    'mmap(mm0, 0x10000800000, 0x1000, 0x1, 3) = 0',
    'map 0x10000000000 0x0 0x200000',
    'gmap_map_segment(g0, 0x10000000000, 0x0, 0x200000) = 0',
    'fault 0x1000',
    'gmap_fault(g0, 0x1000, 0x0) = 0',
    'map 0x10000000000 0x1 0x100000',
    'gmap_map_segment(g0, 0x10000000000, 0x1, 0x100000) = -EINVAL',
    'store(mm0, 0x10000001000, 0xff00000000000001) = 0',
    'load(mm0, 0x10000001004) = 0xff00000000000001',
    'load(mm0, 0x10000900000) = -EFAULT',
    'store(mm0, 0x10000800000, 0x1) = -EFAULT',
    'mprotect(mm0, 0x10000000000, 0x1000, 0x0) = 0',
    'load(mm0, 0x10000000000) = -EFAULT',
    'mprotect(mm0, 0x10000000000, 0x1000, 0x7) = 0',
    'madvise(mm0, 0x10000000000, 0x2000, 4) = 0',
    'load(mm0, 0x10000001000) = 0x0',
    'mremap(mm0, 0x10000200000, 0x100000, 0x10000600000, 0x100000) = 0',
    'munmap(mm0, 0x10000001800, 0x1000) = -EINVAL',
    'munmap(mm0, 0x10000001000, 0x1000) = 0',
    'fork(mm0) = 0',
    'unmap 0x0 0x100000',
    'gmap_unmap_segment(g0, 0x0, 0x100000) = 0',
    'vm 1',
    'vcpu 0',
    'close 30',
    'close 20',
  ]);
  expect(text).toContain('map(0x10000800000UL, 0x1000UL, PROT_READ, MAP_SHARED | MAP_NORESERVE)');
  expect(status).toBe(0);
});

describe('what has no door', () => {
  const refusal = (...lines: string[]) => {
    const trace = traceOf(...lines);
    const printed = printUcontrol(trace, findingOf(trace));
    return printed.ok ? expect.fail(printed.text) : `${printed.call}: ${printed.reason}`;
  };
  const vcpu = ['s390_enable_sie(mm0)', `gmap_alloc(mm0, ${ALL}) = g0`];

  it.each([
    [[`gmap_alloc(mm0, ${ALL}) = g0`], 'making a VM calls s390_enable_sie first'],
    [['s390_enable_sie(mm0)', 'gmap_alloc(mm0, 0x1fffffffffffff) = g0'], 'the gmap of a VCPU has five levels'],
    [['s390_enable_sie(mm0)', 'inject(kzalloc, 1)', `gmap_alloc(mm0, ${ALL})`], 'inject(kzalloc, 1): no ioctl'],
    [[...vcpu, 'gmap_fault(g0, 0x0, 0x1)'], 'KVM_S390_VCPU_FAULT has no flags'],
    [[...vcpu, 'gmap_translate(g0, 0x0)'], 'gmap_translate(g0, 0x0): no ioctl'],
    [[...vcpu, 'gmap_enable(g0)'], 'no ioctl'],
    [['mmap(mm0, 0x3ff00000000, 0x1000, 0x3, 0)'], 'the process may have something of its own there'],
    [['munmap(mm0, 0x100000000, 0x3ff00000000)'], 'the process may have'],
    [[`mremap(mm0, ${HOST}, 0x1000, 0x0, 0x1000)`], 'the process may have'],
    [['load(mm0, 0x0)'], 'the process may have'],
    [[`mmap(mm0, ${HOST}, 0x1000, 0x8, 0)`], 'no such protection'],
    [[`madvise(mm0, ${HOST}, 0x1000, 5)`], 'the model knows MADV_DONTNEED only'],
    [['exit(mm0)'], 'no ioctl'],
  ])('%j', (lines, reason) => {
    expect(refusal(...lines)).toContain(reason);
  });

  it('does not matter after the fault', () => {
    const trace = traceOf(...vcpu, 'gmap_fault(g0, 0x0, 0x0)', 'gmap_translate(g0, 0x0)');
    expect(printUcontrol(trace, findingOf(trace, { operation: 2 })).ok).toBe(true);
  });
});
