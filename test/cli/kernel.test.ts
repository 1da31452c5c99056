// SPDX-License-Identifier: GPL-2.0-only
/** The commands for real kernels, with a fake one: see test/kernel/fake-guest.mjs. */
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { harnessVersion } from '../../lib/kernel/install/harness-sources.js';
import { fixture } from '../dump/fixture.js';
import { fakeKernels, isGoneSoon } from '../kernel/fixture.js';
import { fakeCodes } from '../own-code/fixture.js';
import { traceText } from '../trace/recordings.js';
import { cli, cliOnTerminal, startCli } from './cli.js';

const fake = fakeKernels(harnessVersion());
afterAll(() => fake.remove());
beforeEach(() => fake.clearLog());
const { env } = fake;
const kernel = (...args: string[]) => cli(['kernel', ...args], { env, cwd: fake.folder });

const HEADER = [
  '# kernel: linux-4.7',
  '# source: linux 4.7.4-1, s390x, qemu tcg 7.2, 1 cpu',
  '# machine: esop=1 idte=1 tlb_lc=1 debug_vm=1',
  '# events: notify',
];
const OOPS = 'sysctl_allocate_pgste(4096)';
const HANG = 'sysctl_allocate_pgste(4097)';
const BOOT = 'boot 4.7.4-fake\n';

function write(name: string, ...lines: string[]): string {
  const file = join(fake.folder, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, traceText(...lines));
  return file;
}

const one = write('programs/one.trace', 'gmap_alloc(mm0, 0x0)', 'gmaps(mm0)');
write('programs/deep/two.trace', 'gmaps(mm0)');
const recordingOfOne = traceText(...HEADER, 'gmap_alloc(mm0, 0x0) = g0', 'gmaps(mm0) = [g0]');
const recordingOfTwo = traceText(...HEADER, 'gmaps(mm0) = []');

describe('s390-gmap kernel', () => {
  it.each([
    [['kernel'], 'Usage: s390-gmap kernel'],
    [['kernel', 'install'], 'error: which kernel? Either a name, as in "kernel install 6.1", or --tree DIR'],
    [['kernel', 'install', '6.1', '--tree', '.'], 'error: which kernel?'],
    [['kernel', 'install', '6.1', '--name', 'x'], 'error: --name is for a kernel from --tree'],
    [['kernel', 'install', '--tree', '.', '--mirror', 'x'], 'error: --mirror is not for a kernel from --tree'],
    [
      ['kernel', 'install', '6.1', '--mirror', 'http://x/ y\n'],
      'error: --mirror must be the http, https or file URL of a Debian mirror, without white space, not "http://x/ y\\x0a"\n',
    ],
    [['kernel', 'install', '2.4'], 'error: there is no kernel "2.4" to be installed: Debian has 5.10, 6.1, 6.12.'],
    [['kernel', 'install', '--tree', '/nowhere'], 'error: /nowhere is no kernel that can be used'],
    [['kernel', 'remove'], "error: missing required argument 'name'"],
    [['kernel', 'remove', '6.1'], 'error: the kernel 6.1 is not installed; installed: 4.7'],
    [
      ['kernel', 'remove', '4.7', '--live', '4.7'],
      'error: one kernel at a time: either a name, or --live NAME, or --code NAME',
    ],
    [['kernel', 'remove', '--live', '6.1'], 'error: the kernel 6.1 is not installed; installed: 4.7'],
    [['kernel', 'remove', '--code', '4.7'], 'error: there is no built code 4.7'],
    [['kernel', 'remove', '../x'], 'error: "../x" is no name of a kernel'],
    [['kernel', 'record', one], "error: required option '--live <name>' not specified; installed: 4.7"],
    [['kernel', 'record', one, '--live', '4.7', '--timeout', '0'], 'a number of seconds above 0 is expected'],
    [['kernel', 'record', one, '--live', '6.1'], 'Install it: s390-gmap kernel install 6.1\n'],
    [['kernel', 'record', one, '--live', '4.7', '--kernel', '6.1'], 'error: a recording is of a booted kernel alone'],
    [['kernel', 'record', 'nowhere', '--live', '4.7'], 'error: cannot read nowhere: no such file or directory'],
    [['kernel', 'record', 'programs', '--live', '4.7'], 'error: 2 programs make as many recordings: give a folder'],
    [['kernel', 'record', one, one, '--live', '4.7', '-o', 'to/'], 'would both be to/one.trace'],
    [['kernel', 'record', one, '--live', '4.7', '--dump-format', 'elf'], 'error: --dump-format is for --dump DIR'],
    [['kernel', 'record', one, '--live', '4.7', '--dump', one], 'error: cannot make the folder'],
    [['compare', one, '--live', '4.7', '--observer', 'me'], 'Allowed choices are model, dump'],
    [['compare', one, '--observer', 'dump'], "error: required option '--live <name>' not specified"],
    ...[['--kernel', '4.7'], ['--code', 'mine'], ['--strict'], ['--view', 'pages']].map(
      (option) =>
        [
          ['compare', one, '--live', '4.7', '--observer', 'dump', ...option],
          `error: --observer dump compares with no model: leave ${option[0]} out`,
        ] as [string[], string],
    ),
  ])('%j is refused before a kernel is booted', async (args, message) => {
    const { status, stdout, stderr } = await cli(args, { env, cwd: fake.folder });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(fake.log()).toEqual([]);
  });

  it('an installed kernel is there already', async () => {
    const { status, stdout, stderr } = await kernel('install', 'linux-4.7');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('4.7 is already installed: 4.7.4-fake, from /nowhere/linux-4.7.4');
  });
});

describe('s390-gmap kernel list', () => {
  it('is a table of what is installed and what can be', async () => {
    const { status, stdout } = await kernel('list');
    expect(status).toBe(0);
    const rows = stdout.trimEnd().split('\n');
    expect(rows[0]).toMatch(/^name {2}kind {4}version {5}profile {2}size {2}state$/);
    expect(rows[1]).toMatch(/^4\.7 {3}booted {2}4\.7\.4-fake {2}4\.7 +\d+ MB {2}\/.*4\.7$/);
    expect(rows[3]).toMatch(
      /^6\.1 {3}booted {2}- +6\.1 +- +not installed: s390-gmap kernel install 6\.1 \(downloads 44 MB, takes /,
    );
  });

  it('--json is the same', async () => {
    const { installed, available } = JSON.parse((await kernel('list', '--json')).stdout);
    expect(installed).toEqual([{ ...fake.kernel, kind: 'booted', bytes: expect.any(Number) }]);
    expect(available.map(({ name }: { name: string }) => name)).toEqual(['5.10', '6.1', '6.12']);
  });

  it('works without a cache folder', async () => {
    const { status, stdout } = await cli(['kernel', 'list'], { env: { ...env, S390_GMAP_CACHE: '/nowhere' } });
    expect(status).toBe(0);
    expect(stdout.split('\n')).toHaveLength(5);
  });
});

describe('s390-gmap kernel record', () => {
  it('prints a recording', async () => {
    expect(await kernel('record', one, '--live', '4.7')).toMatchObject({
      status: 0,
      stdout: recordingOfOne,
      stderr: BOOT,
    });
  });

  it('reads standard input, and writes a file', async () => {
    const input = traceText('gmaps(mm0)');
    const options = { env, input, cwd: fake.folder };
    expect(await cli(['kernel', 'record', '-', '--live', 'linux-4.7', '-o', 'out.trace'], options)).toMatchObject({
      status: 0,
      stdout: '',
    });
    expect(readFileSync(join(fake.folder, 'out.trace'), 'utf8')).toBe(recordingOfTwo);
  });

  it('writes several into a folder, at the places that the programs have, in one boot', async () => {
    expect(await kernel('record', 'programs', '--live', '4.7', '-o', 'new/')).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(join(fake.folder, 'new/one.trace'), 'utf8')).toBe(recordingOfOne);
    expect(readFileSync(join(fake.folder, 'new/deep/two.trace'), 'utf8')).toBe(recordingOfTwo);
    expect(fake.pids()).toHaveLength(1);
  });

  it('--one-by-one makes one call at a time', async () => {
    expect((await kernel('record', one, '--live', '4.7', '--one-by-one')).stdout).toBe(recordingOfOne);
    expect(fake.log().slice(1)).toEqual(['run 1', 'run 1']);
  });

  it('a kernel that dies is a result', async () => {
    const { status, stdout } = await kernel('record', write('oops.trace', OOPS), '--live', '4.7');
    expect(status).toBe(0);
    expect(stdout).toMatch(/# the kernel did not survive this: kernel BUG at .*\n.*__gmap_link.*\n.* = BUG\n$/);
  });

  it('--dump keeps a dump of it', async () => {
    const dying = write('dying.trace', `${OOPS} = BUG`);
    const args = ['record', dying, '--live', '4.7', '--dump', 'dumps/of/it', '--dump-format', 'elf'];
    const { status, stderr } = await cli(['kernel', ...args], {
      env: { ...env, FAKE_GUEST_DUMP: dying },
      cwd: fake.folder,
    });
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: `${BOOT}a dump of the kernel that died: dumps/of/it/dying.vmcore\n`,
    });
    expect(readFileSync(join(fake.folder, 'dumps/of/it/dying.vmcore'))).toEqual(readFileSync(dying));
    expect(fake.log()).toContain('dump-guest-memory elf');
  });

  it('tells a syntax error before a kernel is booted', async () => {
    const wrong = write('wrong.trace', 'fork(g0)');
    expect(await kernel('record', one, wrong, '--live', '4.7', '-o', 'to/')).toMatchObject({
      status: 2,
      stderr: `error: ${wrong}:2:6: expected a handle such as mm0, found "g0"\n`,
    });
    expect(fake.log()).toEqual([]);
    expect(existsSync(join(fake.folder, 'to'))).toBe(false);
  });

  it('says that the kernel does not come up', async () => {
    const { status, stderr } = await cli(['kernel', 'record', one, '--live', '4.7'], {
      env: { ...env, FAKE_GUEST_BOOT: 'fails' },
    });
    expect(status).toBe(2);
    expect(stderr).toContain('error: the kernel did not come up\nits console:\n');
  });

  it('shows a bar on a terminal, which is gone afterwards', () => {
    const { stdout } = cliOnTerminal(['kernel', 'record', 'programs', '--live', '4.7', '-o', 'bar/'], {
      env,
      cwd: fake.folder,
    });
    expect(stdout).toContain('boot 4.7.4-fake');
    expect(stdout).toContain('1 of 2 programs');
    // Erases the line.
    expect(stdout).toContain('\u001b[2K');
  });

  it.each([
    ['SIGINT', null],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGKILL', null],
  ] as const)('%s leaves nothing behind', async (signal, status) => {
    const child = startCli(['kernel', 'record', write('hang.trace', HANG), '--live', '4.7', '--timeout', '60'], env);
    while (!fake.log().includes('run 1')) await new Promise((resolve) => setTimeout(resolve, 20));
    const [pid = 0] = fake.pids();
    child.kill(signal);
    expect(await once(child, 'close')).toEqual([status, status === null ? signal : null]);
    expect(await isGoneSoon(pid)).toBe(true);
  });
});

describe('s390-gmap compare', () => {
  const compare = (...args: string[]) => cli(['compare', ...args, '--live', '4.7'], { env, cwd: fake.folder });
  const LACK = 'sysctl_allocate_pgste(4099)';
  const lie = write('lie.trace', 'gmaps(mm0)', LACK, 'sysctl_allocate_pgste(4102)');

  it('passes where the model does what the kernel does', async () => {
    const { status, stdout, stderr } = await compare('programs');
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: [
        `pass  ${join('programs', 'deep', 'two.trace')} (1 call)`,
        `pass  ${join('programs', 'one.trace')} (2 calls)`,
        '2 passed, 0 failed\n',
      ].join('\n'),
      stderr: BOOT,
    });
    expect(fake.pids()).toHaveLength(1);
  });

  it('shows the first difference of each, and counts what was not compared', async () => {
    const oops = write('oops.trace', OOPS);
    const wrong = write('wrong.trace', 'fork(g0)');
    const { status, stdout } = await compare(one, lie, oops, wrong);
    expect(status).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe(`pass  ${one} (2 calls)`);
    expect(lines[1]).toBe(`FAIL  ${lie}:4: another result`);
    expect(lines).toContain('    > sysctl_allocate_pgste(4102) = 7');
    expect(lines).toContain(`FAIL  ${oops}:2: another result`);
    expect(lines).toContain(`FAIL  ${wrong}:2:6: expected a handle such as mm0, found "g0"`);
    expect(lines.at(-2)).toMatch(/^not compared: 1 × sysctl_allocate_pgste: this kernel does not/);
    expect(lines.at(-1)).toBe('1 passed, 3 failed');
  });

  it('--json prints one document', async () => {
    const { status, stdout } = await compare('--json', one, lie);
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      passed: 1,
      failed: 1,
      skipped: [{ name: 'sysctl_allocate_pgste', count: 1 }],
      files: [
        { file: one, passed: true, calls: 2, difference: null, error: null, died: false, skipped: [] },
        { file: lie, passed: false, difference: { what: 'result', line: 4, expected: '7' } },
      ],
    });
  });

  it('goes on after a failure of the guest programs', async () => {
    const complain = write('complain.trace', 'sysctl_allocate_pgste(4098)');
    const { status, stdout } = await compare(complain, one);
    expect(status).toBe(1);
    expect(stdout).toContain(`FAIL  ${complain}: the guest's programs failed: cannot open /dev/gmap-trace`);
    expect(stdout).toContain('1 passed, 1 failed');
  });

  it('compares a built code with the kernel, in place of the model', async () => {
    const codes = fakeCodes(join(fake.folder, 'cache'));
    codes.add('mine', 'linux-4.7');
    codes.add('later', 'linux-6.1');
    expect(await compare(one, '--code', 'mine')).toMatchObject({
      status: 0,
      stdout: `pass  ${one} (2 calls)\n1 passed, 0 failed\n`,
    });
    expect((await compare(lie, '--code', 'mine')).stdout).toContain('    > sysctl_allocate_pgste(4102) = 7');
    expect(fake.pids()).toHaveLength(2);
    expect(await compare(one, '--code', 'later')).toMatchObject({
      status: 2,
      stderr: 'error: the code later is of linux-6.1, and linux-4.7 was asked for\n',
    });
    const random = await compare('--random', '2', '--length', '1', '--code', 'mine');
    expect(random.stdout).toMatch(/^[0-9]+ calls of 2 programs compared/m);
  });

  it('--observer dump compares what the module observed with dumps', async () => {
    const observed = write('observed.trace', 'observe(1)', 'gmaps(mm0)');
    const { status, stdout } = await cli(['compare', one, observed, '--live', '4.7', '--observer', 'dump'], {
      env: { ...env, FAKE_GUEST_DUMP: fixture.dump },
      cwd: fake.folder,
    });
    expect(status).toBe(1);
    expect(stdout.split('\n')).toEqual([
      `pass  ${one} (2 calls)`,
      `FAIL  ${observed}:3: another state`,
      '    > gmaps(mm0) = []',
      '      expected  lowcore none',
      '      got       lowcore g1',
      '1 passed, 1 failed',
      '',
    ]);
  });

  it('boots no kernel if there is nothing to run', async () => {
    const wrong = write('wrong.trace', 'fork(g0)');
    expect((await compare(wrong)).stdout).toContain('0 passed, 1 failed');
    expect(fake.log()).toEqual([]);
  });
});
