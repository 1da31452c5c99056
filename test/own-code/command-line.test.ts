// SPDX-License-Identifier: GPL-2.0-only
/** `--code NAME`: every command that runs programs can run a built code. Here it is a copy of the port. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli, cliProcess, recordingsDirectory, scratchDirectory } from '../cli/cli.js';
import { buildMutantAddon } from '../fuzz/mutant-addon.js';
import { traceText } from '../trace/recordings.js';
import { fakeCodes } from './fixture.js';

const scratch = scratchDirectory();
const codes = fakeCodes();
afterAll(() => codes.remove());
codes.add('mine', 'linux-6.1');
codes.add('linux-6.12', 'linux-6.12');
codes.add('old', 'linux-6.1', { package: '0.0.1' });

const { env } = codes;
/** A REPL has a process of its own. */
const run = async (...args: readonly string[]) => (args[0] === 'repl' ? cliProcess : cli)(args, { env, cwd: scratch });

function write(name: string, ...lines: readonly string[]): string {
  writeFileSync(join(scratch, name), traceText(...lines));
  return join(scratch, name);
}

const calls = [
  's390_enable_sie(mm0)',
  'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0)',
  'gmap_create(mm0, 0x7fffffff) = g0',
  'gmap_map_segment(g0, 0x10000000000, 0x0, 0x100000)',
  'gmap_fault(g0, 0x1000, 0x1)',
];
const program = write('program.trace', '# kernel: linux-6.1', ...calls);
const later = write('later.trace', '# kernel: linux-6.12', ...calls);
const refused = 'the code mine is of linux-6.1, and linux-6.12 was asked for';

describe('a code that cannot be used', () => {
  it.each([
    ['run', program],
    ['replay', program],
    ['vtop', program, 'g0', '0'],
    ['ptdump', program, 'g0'],
    ['graph', program],
    ['view', program, '--json'],
    ['repl'],
    ['fuzz', '--runs', '1'],
    ['fuzz', 'minimize', program],
    ['fuzz', 'merge', join(scratch, 'merged'), scratch],
  ])('is told by %s', async (...args) => {
    const { status, stdout, stderr } = await run(...args, '--code', 'yours');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toBe(
      'error: the code yours is not built (built: linux-6.12, mine, old). ' +
        'Build it: s390-gmap kernel build --source TREE --name yours\n',
    );
    expect((await run(...args, '--code', 'old')).stderr).toMatch(
      /^error: the code old must be built again: it was built by /,
    );
    expect((await run(...args, '--code', '../x')).stderr).toMatch(/^error: "\.\.\/x" is no name of a code/);
  });

  it.each([
    ['run', program],
    ['replay', program],
    ['vtop', program, 'g0', '0'],
    ['view', program, '--json'],
    ['repl'],
    ['fuzz', '--runs', '1'],
    ['fuzz', 'merge', join(scratch, 'merged'), scratch],
  ])('for another kernel, neither: %s', async (...args) => {
    expect(await run(...args, '--code', 'mine', '--kernel', '6.12')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `error: ${refused}\n`,
    });
    expect(await run(...args, '--code', 'mine', '--kernel', 'any')).toMatchObject({
      status: 2,
      stderr: 'error: the code mine is of linux-6.1, and any was asked for\n',
    });
  });

  it('has no old spellings, and counts its edges itself', async () => {
    expect(await run('fuzz', '--code', 'mine', '--model', 'any', '--runs', '1')).toMatchObject({ status: 2 });
    expect((await run('fuzz', '--code', 'mine', '--coverage', '--runs', '1')).stderr).toMatch(
      /--coverage is of the port/,
    );
  });
});

describe('s390-gmap run, replay --code', () => {
  it('run a program, and say which code that was', async () => {
    const { status, stdout } = await run('run', program, '--code', 'mine');
    expect(status).toBe(0);
    expect(stdout.split('\n').slice(0, 3)).toEqual(['# gmap-trace 1', '# kernel: linux-6.1', '# code: mine']);
    const port = (await run('run', program)).stdout;
    expect(stdout).toBe(port.replace('# kernel: linux-6.1\n', '# kernel: linux-6.1\n# code: mine\n'));
    expect((await run('run', program, '--code', '6.12')).stderr).toContain(
      `${program}: the code linux-6.12 is of linux-6.12`,
    );
    expect((await run('run', later, '--code', '6.12')).stdout).toContain('# code: linux-6.12\n');
  });

  it('do not run one of another kernel', async () => {
    expect(await run('run', later, '--code', 'mine')).toMatchObject({
      status: 2,
      stderr: `error: ${later}: ${refused}\n`,
    });
    expect((await run('run', later, '--code', 'mine', '--kernel', '6.1')).stdout).toContain(
      '# kernel: linux-6.1\n# code: mine',
    );
  });

  it('replay the recordings of the kernel, and refuse the others by name', async () => {
    const folder = join(scratch, 'recordings');
    mkdirSync(folder);
    for (const [name, from] of [
      ['6.1', 'linux-6.1'],
      ['6.12', 'linux-6.12'],
    ] as const) {
      const [file = ''] = readdirSync(join(recordingsDirectory, from)).filter((one) => one.endsWith('.trace'));
      writeFileSync(join(folder, `${name}.trace`), readFileSync(join(recordingsDirectory, from, file)));
    }
    const { status, stdout } = await run('replay', folder, '--code', 'mine');
    expect(status).toBe(1);
    expect(stdout).toContain(`pass  ${join(folder, '6.1.trace')}`);
    expect(stdout).toContain(`FAIL  ${join(folder, '6.12.trace')}: ${refused}\n`);
    expect(stdout).toContain('1 passed, 1 failed');
  });
});

describe('commands that look', () => {
  it('look at what a code did', async () => {
    for (const args of [
      ['vtop', program, 'g0', '1000'],
      ['ptdump', program, 'g0'],
    ]) {
      const { status, stdout } = await run(...args, '--code', 'mine');
      expect(status).toBe(0);
      expect(stdout).toBe((await run(...args)).stdout);
    }
    expect((await run('graph', program, '--code', 'mine')).stdout).toMatch(/^digraph/);
    const film = JSON.parse((await run('view', program, '--json', '--code', 'mine')).stdout) as { kernel: string };
    expect(film.kernel).toBe('linux-6.1');
    expect((await run('vtop', later, 'g0', '0', '--code', 'mine')).stderr).toBe(`error: ${later}: ${refused}\n`);
  });

  it('repl has a machine that runs it', () => {
    const { stdout } = cliProcess(['repl', '--code', 'mine'], { env, input: 'machine.code + " " + machine.kernel\n' });
    expect(stdout).toContain("'mine linux-6.1'");
  });
});

describe('s390-gmap fuzz --code', () => {
  const findings = join(scratch, 'found');

  beforeAll(() => {
    const addon = buildMutantAddon(join(scratch, 'mutant'), 'unmap-no-flush');
    codes.add('faulty', 'linux-6.1', { addon });
  }, 120_000);

  it('makes the corpus that the port makes', async () => {
    const hashOf = async (...args: readonly string[]) =>
      (JSON.parse((await run('fuzz', '--runs', '200', '--json', ...args)).stdout) as { hash: string }).hash;
    expect(await hashOf('--code', 'mine')).toBe(await hashOf('--kernel', '6.1'));
  });

  it('finds faults of the code, and its findings say that they need it', async () => {
    const { status, stdout } = await run('fuzz', '--runs', '20000', '--code', 'faulty', '--findings', findings);
    expect(status).toBe(1);
    expect(stdout).toMatch(/^FOUND /m);
    const files = readdirSync(findings).map((name) => join(findings, name));
    const textOf = (ending: string) => readFileSync(files.find((file) => file.endsWith(ending)) ?? '', 'utf8');
    expect(textOf('.trace')).toMatch(/^# kernel: linux-6\.1\n# code: faulty\n/m);
    expect(textOf('.trace')).toContain('\n# needs: the built code faulty, as with --code faulty\n');
    expect(textOf('.test.ts')).toContain("code: 'faulty'");
    expect(textOf('.c')).toContain('It needs the built code faulty');
    // It says what the faulty code did.
    const trace = files.find((file) => file.endsWith('.trace')) ?? '';
    expect((await run('replay', trace, '--code', 'faulty')).status).toBe(0);
    expect((await run('fuzz', 'minimize', trace, '--code', 'faulty')).status).toBe(1);
    expect(await run('fuzz', 'minimize', trace)).toMatchObject({ status: 0, stdout: `nobody objects to ${trace}\n` });
    expect((await run('fuzz', 'minimize', later, '--code', 'mine')).stderr).toBe(`error: ${later}: ${refused}\n`);
  });

  it('says of saved findings which are still there', async () => {
    // As a mended tree would be.
    const mended = await run('fuzz', 'recheck', findings, '--code', 'mine');
    expect(mended).toMatchObject({ status: 0, stderr: '' });
    expect(mended.stdout).toMatch(/^gone {5}\S+found\/\S+\.trace: [a-z]+: .*\n0 still there, [1-9][0-9]* gone\n$/s);
    const faulty = await run('fuzz', 'recheck', findings, '--code', 'faulty');
    expect(faulty).toMatchObject({ status: 1, stderr: '' });
    expect(faulty.stdout).toMatch(/^there {4}\S+\.trace: .*\n[1-9][0-9]* still there, 0 gone\n$/s);
    const { there, files } = JSON.parse(
      (await run('fuzz', 'recheck', findings, '--code', 'faulty', '--json')).stdout,
    ) as {
      there: number;
      files: { state: string; finding: string; verdict: { oracle: string; rule: string } }[];
    };
    expect(there).toBe(files.length);
    for (const { state, finding, verdict } of files) {
      expect(state).toBe('there');
      expect(`${verdict.oracle}: ${verdict.rule}`).toBe(finding);
    }
  });

  it('prints one as a mail', async () => {
    const trace = readdirSync(findings).find((name) => /^rules-I18-.*\.trace$/.test(name)) ?? expect.fail('no I18');
    const { status, stdout, stderr } = await run(
      'fuzz',
      'recheck',
      join(findings, trace),
      '--code',
      'faulty',
      '--mail',
    );
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(
      /^Subject: s390\/mm: \w+\(\): does not hold: for each link that a\n? call drops it\s+flushes that gmap before it returns\n\n\S/,
    );
    const header = stdout.slice(stdout.indexOf('# gmap-trace 1'));
    expect(header).toMatch(
      /^# gmap-trace 1\n# kernel: linux-6\.1\n# code: faulty\n(?:# machine: .*\n)?# finding: rules: I18, /,
    );
    for (const line of [
      '  kernel     Linux 6.1.7, /nowhere/linux',
      '  compiler   none',
      '  s390-gmap kernel build --source TREE --name faulty',
      '  s390-gmap fuzz recheck finding.trace --code faulty',
      '      (from where is not known on this system)',
    ])
      expect(stdout).toContain(`\n${line}\n`);
    expect(stdout).toMatch(
      /\n {2}STE of g[0-9]+ for 0x[0-9a-f]+, at 0x[0-9a-f]+\n {4}was [0-9a-f]{16} .*\n {4}is {2}0{14}20 INVALID /,
    );
    expect(stdout).toMatch(
      /\nCall [0-9]+ of the program below.*\n\n {2}\w+\(.*\n(?: {4}.*\n)* {4}- entry g[0-9]+ seg /,
    );
    for (const line of stdout.slice(0, -header.length).split('\n')) expect(line.length).toBeLessThanOrEqual(78);
    // What is behind the line is the finding.
    writeFileSync(join(scratch, 'finding.trace'), header);
    const again = await run('fuzz', 'recheck', 'finding.trace', '--code', 'faulty');
    expect(again).toMatchObject({ status: 1, stdout: 'there    finding.trace: rules: I18\n1 still there, 0 gone\n' });
  });

  it('has no mail to print of what is gone, of several, or of the port', async () => {
    const mail = (...args: readonly string[]) => run('fuzz', 'recheck', '--mail', ...args);
    const trace = write('gone.trace', '# kernel: linux-6.1', '# finding: rules: I18, after exec (call 1)', ...calls);
    expect(await mail(trace, '--code', 'mine')).toMatchObject({
      status: 0,
      stdout: '',
      stderr: `no mail: gone     ${trace}: rules: I18\n`,
    });
    expect(await mail(later, '--code', 'mine')).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `no mail: FAIL     ${later}: ${refused}\n`,
    });
    const error = (text: string) => ({ status: 2, stdout: '', stderr: `error: ${text}\n` });
    expect(await mail(trace, program, '--code', 'mine')).toMatchObject(
      error('--mail is about one finding, and here are 2: name one'),
    );
    expect(await mail(trace)).toMatchObject(
      error("--mail is about a tree's own code: name it with --code (this finding is of the port)"),
    );
    const named = write('named.trace', '# kernel: linux-6.1', '# code: mine', ...calls);
    expect(await mail(named)).toMatchObject(error("--mail is about a tree's own code: name it with --code mine"));
    expect(await mail(trace, '--code', 'mine', '--json')).toMatchObject(error('--mail is a text: leave out --json'));
  });

  it('compares with the port, or with another code', async () => {
    const same = await run('fuzz', '--runs', '300', '--code', 'mine', '--against', 'port', '--oracles', 'other');
    expect(same).toMatchObject({ status: 0, stderr: '' });
    const folder = join(scratch, 'differ');
    const sides = ['--code', 'faulty', '--against', 'mine'];
    const found = await run('fuzz', '--runs', '20000', ...sides, '--oracles', 'other', '--findings', folder);
    expect(found.status).toBe(1);
    expect(found.stdout).toMatch(/^FOUND other: flushes, after /m);
    const trace = join(folder, readdirSync(folder).find((name) => name.endsWith('.trace')) ?? '');
    const text = readFileSync(trace, 'utf8');
    for (const line of ['code: faulty', 'against: mine']) expect(text).toContain(`\n# ${line}\n`);
    expect(await run('fuzz', 'minimize', trace, ...sides)).toMatchObject({ status: 1 });
    expect(await run('fuzz', 'recheck', folder, '--code', 'faulty')).toMatchObject({ status: 1 });
    const itself = await run('fuzz', 'recheck', folder, '--code', 'mine');
    expect(itself.stdout).toContain(`FAIL     ${trace}: mine is compared with itself: name something else`);
    expect(await run('fuzz', '--code', 'mine', '--against', 'mine')).toMatchObject({
      status: 2,
      stderr: 'error: mine is compared with itself: name something else\n',
    });
  });

  it('merges corpora', async () => {
    const corpus = join(scratch, 'corpus');
    await run('fuzz', '--runs', '100', '--code', 'mine', '--corpus', corpus, '--oracles', 'leaks');
    const merged = await run('fuzz', 'merge', join(scratch, 'all'), corpus, '--code', 'mine');
    expect(merged).toMatchObject({ status: 0, stdout: expect.stringMatching(/^[1-9][0-9]* of /) });
    expect(existsSync(join(scratch, 'all'))).toBe(true);
  });
});

describe('s390-gmap fuzz recheck', () => {
  it('leaves a commit out where there is no code, or an old one', async () => {
    for (const code of ['yours', 'old', 'broken']) {
      if (code === 'broken') writeFileSync(codes.add(code, 'linux-6.1').addon, 'no library');
      const { status, stdout, stderr } = await run('fuzz', 'recheck', program, '--code', code);
      expect({ status, stdout }).toEqual({ status: 125, stdout: '' });
      expect(stderr).toMatch(
        new RegExp(`^error: the code ${code} .*: s390-gmap kernel build --source TREE --name ${code}\n$`),
      );
    }
    expect(await run('fuzz', 'recheck', program, '--code', '../x')).toMatchObject({ status: 2 });
  });

  it('says what it cannot run, and what nobody here can judge, and goes on', async () => {
    const folder = join(scratch, 'several');
    mkdirSync(folder);
    const saved = (name: string, ...lines: readonly string[]) =>
      writeFileSync(join(folder, name), traceText(...lines, 'gmap_create(mm0, 0xffff)'));
    saved('a-later.trace', '# kernel: linux-6.12');
    saved('b-live.trace', '# kernel: linux-6.1', '# finding: kernel: gmap_fault 0 -EFAULT, after gmap_fault (call 1)');
    saved('c-fine.trace', '# kernel: linux-6.1', '# finding: rules: I7, after gmap_create (call 1)');
    saved('d-plain.trace', '# kernel: linux-6.1');
    writeFileSync(join(folder, 'e-none.trace'), 'no trace\n');
    const { status, stdout } = await run('fuzz', 'recheck', folder, '--code', 'mine');
    expect(status).toBe(2);
    expect(stdout.replaceAll(`${folder}/`, '').split('\n')).toEqual([
      `FAIL     a-later.trace: ${refused}`,
      'unknown  b-live.trace: kernel: gmap_fault 0 -EFAULT: who objected is not here',
      'gone     c-fine.trace: rules: I7',
      'gone     d-plain.trace',
      expect.stringMatching(/^FAIL {5}e-none\.trace:1:1: /),
      '0 still there, 2 gone, 1 not asked, 2 not run',
      '',
    ]);
    expect(await run('fuzz', 'recheck', join(folder, 'c-fine.trace'))).toMatchObject({ status: 0 });
  });
});

describe('s390-gmap compare --code', () => {
  it('compares a code with the port, or with another one', async () => {
    const same = await run('compare', '--random', '5', '--length', '60', '--code', 'mine');
    expect(same.status).toBe(0);
    expect(same.stdout).toMatch(
      /^[0-9]+ calls of 5 programs compared, .*\n5 passed, 0 failed\nexpected: mine, got: port\n$/m,
    );
    const differ = await run(
      'compare',
      '--random',
      '30',
      '--length',
      '60',
      '--code',
      'faulty',
      '--against',
      'mine',
      '-o',
      'kept',
    );
    expect(differ.status).toBe(1);
    expect(differ.stdout).toMatch(/^FAIL {2}seed [0-9]+:[0-9]+: another event$/m);
    expect(differ.stdout).toMatch(/^ {6}expected {2}idte\(g[0-9]+\)\n {6}got {7}nothing$/m);
    expect(differ.stdout).toMatch(/\nexpected: mine, got: faulty\n$/);
    const [kept = ''] = readdirSync(join(scratch, 'kept'));
    expect(kept).toMatch(/^mine-seed-[0-9]+\.trace$/);
    expect(readFileSync(join(scratch, 'kept', kept), 'utf8')).toContain('\n# code: mine\n');
    const again = await run('compare', join(scratch, 'kept', kept), program, '--code', 'faulty', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ passed: 1, failed: 1 });
  });

  it.each([
    [['--random', '1', '--code', 'yours'], /the code yours is not built/],
    [['--random', '1', '--code', 'mine', '--against', 'yours'], /the code yours is not built/],
    [['--random', '1', '--code', 'mine', '--against', 'mine'], /mine is compared with itself/],
    [['--random', '1', '--code', 'mine', '--kernel', 'any'], /any was asked for/],
    [['--random', '1', '--against', 'mine'], /--against is for --code NAME without --live/],
    [['--random', '1', '--code', 'mine', '--live', '6.1', '--against', 'port'], /--against is for --code NAME/],
    [['--random', '1', '--code', 'mine', '--live'], /--live NAME: which booted kernel\?/],
    [['--random', '1', '--code', 'mine', '--live', '6.1'], /the kernel 6\.1 is not installed/],
    [['--random', '1', '--code', 'mine', '--one-by-one'], /are for a booted kernel/],
    [['--code', 'mine'], /give programs, or --random COUNT/],
    [['--random', '1'], /required option '--live <name>' not specified/],
  ])('refuses %j', async (args, message) => {
    const { status, stdout, stderr } = await run('compare', ...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
