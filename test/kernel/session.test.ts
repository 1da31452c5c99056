// SPDX-License-Identifier: GPL-2.0-only
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openDump } from '../../lib/dump/index.js';
import { compareWithKernel, LiveKernelError, Session, type SessionOptions } from '../../lib/kernel/index.js';
import { parseTrace, printTrace } from '../../lib/trace/index.js';
import { fixture } from '../dump/fixture.js';
import { traceText } from '../trace/recordings.js';
import { fakeKernels, isGoneSoon, isRunning } from './fixture.js';

const fake = fakeKernels();
afterAll(() => fake.remove());
beforeEach(() => {
  vi.unstubAllEnvs();
  fake.clearLog();
  for (const [name, value] of Object.entries(fake.env)) vi.stubEnv(name, value);
});

const HEADER = [
  '# kernel: linux-4.7',
  '# source: linux 4.7.4-1, s390x, qemu tcg 7.2, 1 cpu',
  '# machine: esop=1 idte=1 tlb_lc=1 debug_vm=1',
  '# events: notify',
];
const OOPS = 'sysctl_allocate_pgste(4096)';
const HANG = 'sysctl_allocate_pgste(4097)';
const COMPLAIN = 'sysctl_allocate_pgste(4098)';
const LACK = 'sysctl_allocate_pgste(4099)';
const STOP = 'sysctl_allocate_pgste(4100)';
const OOPS_IN_BATCH = 'sysctl_allocate_pgste(4101)';
const LIE = 'sysctl_allocate_pgste(4102)';
const DEATH = [
  '# the kernel did not survive this: kernel BUG at arch/s390/mm/gmap.c:437!; illegal operation: 0001 ilc:1 [#1] SMP',
  '#   Krnl PSW : 0704e00180000000 00000000001183ba (__gmap_link+0x2ca/0x2d0)',
];

const program = (...lines: string[]) => parseTrace(traceText(...lines), 'program.trace');

/** Records the programs in one session. */
async function record(options: SessionOptions, ...programs: ReturnType<typeof program>[]): Promise<string[]> {
  await using session = await Session.open(fake.kernel, options);
  const recordings: string[] = [];
  for (const each of programs) recordings.push(printTrace(await session.record(each)));
  return recordings;
}

describe('Session.record', () => {
  it('executes a whole program at once, under a header that says where it was recorded', async () => {
    const [recording] = await record({}, program('# two', 'gmap_alloc(mm0, 0x0)', 'gmaps(mm0)'));
    expect(recording).toBe(traceText(...HEADER, '# two', 'gmap_alloc(mm0, 0x0) = g0', 'gmaps(mm0) = [g0]'));
    expect(fake.log()).toEqual([expect.stringMatching('boot'), 'run 2']);
  });

  it('starts each program from a fresh state, in one boot', async () => {
    const two = program('gmap_alloc(mm0, 0x0)', 'gmaps(mm0)');
    const [first, second] = await record({}, two, two);
    expect(second).toBe(first);
    expect(fake.pids()).toHaveLength(1);
  });

  it('live: one call at a time, with the same recording', async () => {
    const two = program('gmap_alloc(mm0, 0x0)', 'gmaps(mm0)');
    const [atOnce] = await record({}, two);
    fake.clearLog();
    expect(await record({ live: true }, two)).toEqual([atOnce]);
    expect(fake.log()).toEqual([expect.stringMatching('boot'), 'run 1', 'run 1']);
  });

  it('programs that are started together wait for each other', async () => {
    await using session = await Session.open(fake.kernel);
    const two = program('gmap_alloc(mm0, 0x0)', 'gmaps(mm0)');
    const recordings = await Promise.all([two, two, two].map((each) => session.record(each)));
    for (const recording of recordings) expect(printTrace(recording)).toContain('gmaps(mm0) = [g0]');
  });

  it('replaces what a recording says of another kernel', async () => {
    const other = program(
      '# kernel: linux-2.4',
      '# source: elsewhere',
      '# machine: esop=0',
      '# strict: 1',
      '# kept',
      '# refused (no such mm): exit(mm7)',
      'gmaps(mm0) = [g1]',
      '# the kernel did not survive this: BUG',
      '#   Krnl PSW : 0',
      'gmaps(mm0)',
    );
    const [recording] = await record({}, other);
    expect(recording).toBe(traceText(...HEADER, '# strict: 1', '# kept', 'gmaps(mm0) = []', 'gmaps(mm0) = []'));
  });

  it('answers an empty program with a header', async () => {
    expect(await record({}, program())).toEqual([traceText(...HEADER)]);
  });

  it('a kernel that dies is a result; the next program gets a kernel booted anew', async () => {
    const [died, alive] = await record({}, program('gmaps(mm0)', OOPS, 'gmaps(mm0)'), program('gmaps(mm0)'));
    expect(died).toBe(traceText(...HEADER, 'gmaps(mm0) = []', ...DEATH, `${OOPS} = BUG`, '# not reached: gmaps(mm0)'));
    expect(alive).toBe(traceText(...HEADER, 'gmaps(mm0) = []'));
    // at once; then one by one to find the call; then the next program
    expect(fake.log().map((line) => line.replace(/ .*/, ''))).toEqual([
      'boot',
      'run',
      'boot',
      'run',
      'run',
      'boot',
      'run',
    ]);
  });

  it('does not try a program at once that is known to kill', async () => {
    const [died] = await record({}, program('gmaps(mm0)', `${OOPS} = BUG`));
    expect(died).toBe(traceText(...HEADER, 'gmaps(mm0) = []', ...DEATH, `${OOPS} = BUG`));
    expect(fake.pids()).toHaveLength(1);
  });

  it('a kernel that does not answer in time has died, too', async () => {
    const limits = { callMs: 300, perCallMs: 0 };
    const [died] = await record({ limits }, program('gmaps(mm0)', HANG));
    const words = '# the kernel did not survive this: no answer within 0.3 s';
    expect(died).toBe(traceText(...HEADER, 'gmaps(mm0) = []', words, `${HANG} = BUG`));
    for (const pid of fake.pids()) expect(isRunning(pid)).toBe(false);
  });

  it('says so if the machine stopped without a word', async () => {
    const [died] = await record({}, program(STOP));
    expect(died).toBe(traceText(...HEADER, '# the kernel did not survive this: the machine stopped', `${STOP} = BUG`));
  });

  it('a kernel that dies only when all is done at once is seen alive', async () => {
    const [recording] = await record({}, program(OOPS_IN_BATCH, 'gmaps(mm0)'));
    expect(recording).toContain('gmaps(mm0) = []');
    expect(recording).not.toContain('BUG');
  });

  it('a failure of the guest programs is an error, and the next program still runs', async () => {
    await using session = await Session.open(fake.kernel);
    const failure = await session.record(program(COMPLAIN)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LiveKernelError);
    expect(failure).toMatchObject({
      code: 'ERR_HARNESS',
      message: expect.stringContaining('cannot open /dev/gmap-trace: no such file'),
    });
    expect(printTrace(await session.record(program('gmaps(mm0)')))).toContain('gmaps(mm0) = []');
    expect(session.boots).toBe(2);
  });

  it('writes calls that the kernel does not have as comments', async () => {
    const [recording] = await record({}, program(LACK));
    expect(recording).toMatch(/^# refused \(this kernel does not .*\): sysctl_allocate_pgste\(4099\)$/m);
  });
});

describe('dumps', () => {
  const folder = join(fake.folder, 'dumps');
  mkdirSync(folder);
  beforeEach(() => vi.stubEnv('FAKE_GUEST_DUMP', fixture.dump));
  const written = () => fake.log().filter((line) => line.startsWith('dump'));

  it('of a kernel that died: one, once it is known of which call', async () => {
    await using session = await Session.open(fake.kernel, { dumps: { folder } });
    await session.record(program('gmaps(mm0)', OOPS, 'gmaps(mm0)'));
    expect(session.dumps).toEqual([join(folder, 'program.vmcore')]);
    expect(written()).toEqual(['dump-guest-memory kdump-zlib']);
    using dump = openDump(session.dumps[0] ?? '', { types: fixture.types });
    expect(dump.gmaps).toHaveLength(2);
    for (const pid of fake.pids()) expect(await isGoneSoon(pid)).toBe(true);
  });

  it('of one that does not answer, in the format that was asked for, over that of an earlier run', async () => {
    const limits = { callMs: 300, perCallMs: 0 };
    const place = join(folder, 'program.vmcore');
    writeFileSync(place, 'earlier');
    chmodSync(place, 0o400);
    await using session = await Session.open(fake.kernel, { limits, dumps: { folder, format: 'elf' } });
    await session.record(program(HANG));
    expect(written()).toEqual(['dump-guest-memory elf']);
    expect(readFileSync(place)).toEqual(readFileSync(fixture.dump));
  });

  it('of programs with one name, and of none that the kernel survives', async () => {
    await using session = await Session.open(fake.kernel, { dumps: { folder } });
    for (const source of ['a/x.trace', 'b/x.trace', 'a/x.trace'])
      await session.record(parseTrace(traceText(`${OOPS} = BUG`), source));
    await session.record(parseTrace(traceText('gmaps(mm0)'), 'c/y.trace'));
    expect(session.dumps).toEqual([join(folder, 'x.vmcore'), join(folder, 'x-2.vmcore')]);
  });

  it('that cannot be written are an error, and the next program still runs', async () => {
    vi.stubEnv('FAKE_GUEST_DUMP', '/nowhere');
    await using session = await Session.open(fake.kernel, { dumps: { folder } });
    await expect(session.record(program(OOPS))).rejects.toMatchObject({
      code: 'ERR_HARNESS',
      message: 'QEMU: dump-guest-memory: ENOENT',
    });
    expect(session.dumps).toEqual([]);
    expect(printTrace(await session.record(program('gmaps(mm0)')))).toContain('gmaps(mm0) = []');
  });

  it('as another observer: what they show is compared, and the kernel is not booted again', async () => {
    await using session = await Session.open(fake.kernel);
    const compare = (...lines: string[]) => compareWithKernel(session, program(...lines), { observer: 'dump' });
    expect(await compare('gmaps(mm0)')).toMatchObject({ passed: true, calls: 1 });
    expect(written()).toEqual(['dump-guest-memory elf', 'dump-guest-memory kdump-zlib']);
    expect(await compare('observe(1)', 'gmaps(mm0)')).toMatchObject({
      passed: false,
      difference: { what: 'fact', expected: 'lowcore none', got: 'lowcore g1', call: 'gmaps(mm0) = []', line: 3 },
    });
    expect(session.boots).toBe(1);
  });

  it('there is nothing to compare where the kernel died', async () => {
    await using session = await Session.open(fake.kernel);
    const comparison = await compareWithKernel(session, program(OOPS), { observer: 'dump' });
    expect(comparison).toMatchObject({ passed: true, died: true, calls: 0 });
    expect(written()).toEqual([]);
  });

  it('no model runs beside them', async () => {
    await using session = await Session.open(fake.kernel);
    await expect(compareWithKernel(session, program(), { observer: 'dump', kernel: '4.7' })).rejects.toThrow(
      'compareWithKernel: options: no model runs beside the observer dump: leave kernel and code out',
    );
  });
});

describe('compareWithKernel', () => {
  it('passes where the model does the same, and counts what could not be compared', async () => {
    await using session = await Session.open(fake.kernel);
    const comparison = await compareWithKernel(session, program('gmap_alloc(mm0, 0x0)', LACK, LACK, 'gmaps(mm0)'));
    expect(comparison).toMatchObject({
      passed: true,
      calls: 2,
      difference: undefined,
      died: false,
      skipped: [{ name: 'sysctl_allocate_pgste', reason: expect.stringContaining('this kernel does not'), count: 2 }],
    });
  });

  it('answers the first difference, at its line in the program', async () => {
    await using session = await Session.open(fake.kernel);
    const comparison = await compareWithKernel(session, program('gmaps(mm0)', LACK, '# now', LIE));
    expect(comparison.passed).toBe(false);
    expect(comparison.difference).toMatchObject({ what: 'result', call: `${LIE} = 7`, expected: '7', line: 5 });
  });

  it('a model that survives what the kernel does not is a difference', async () => {
    await using session = await Session.open(fake.kernel);
    const comparison = await compareWithKernel(session, program(OOPS));
    expect(comparison).toMatchObject({ passed: false, died: true, difference: { what: 'result', expected: 'BUG' } });
  });
});

describe('Session.open', () => {
  it('says what the console said if the kernel does not come up', async () => {
    vi.stubEnv('FAKE_GUEST_BOOT', 'fails');
    await expect(Session.open(fake.kernel)).rejects.toMatchObject({
      code: 'ERR_BOOT',
      message: expect.stringMatching(/^the kernel did not come up\n(?:.|\n)*No working init found/),
    });
  });

  it('does not wait without end, and leaves nothing behind', async () => {
    vi.stubEnv('FAKE_GUEST_BOOT', 'never');
    await expect(Session.open(fake.kernel, { limits: { bootMs: 500 } })).rejects.toMatchObject({
      code: 'ERR_BOOT',
      message: 'the kernel is not ready after 0.5 s',
    });
    for (const pid of fake.pids()) expect(isRunning(pid)).toBe(false);
  });

  it('names the package of QEMU if that is missing', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(Session.open(fake.kernel)).rejects.toMatchObject({
      code: 'ERR_TOOLS_MISSING',
      message: expect.stringMatching(/qemu-system-s390x +in the package qemu-system-/),
    });
  });

  it('ends the guest when it is closed', async () => {
    const session = await Session.open(fake.kernel);
    const [pid = 0] = fake.pids();
    expect(isRunning(pid)).toBe(true);
    await session.close();
    expect(await isGoneSoon(pid)).toBe(true);
    await session.close();
  });
});
