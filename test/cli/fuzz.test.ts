// SPDX-License-Identifier: GPL-2.0-only
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { nameOfInput } from '../../lib/fuzz/index.js';
import { buildMutantAddon } from '../fuzz/mutant-addon.js';
import {
  cli,
  cliOnTerminal,
  cliProcess,
  filesIn,
  outcomeOf,
  recordingsDirectory,
  scratchDirectory,
  shell,
  startCli,
  until,
} from './cli.js';

const scratch = scratchDirectory();
const LAST_LINE = /^([0-9]+) runs, ([0-9]+) operations\/s, ([0-9]+) edges, ([0-9]+) findings$/;

function lastLine(stdout: string): number[] {
  const [, ...numbers] = LAST_LINE.exec(stdout.trimEnd().split('\n').at(-1) ?? '') ?? [];
  expect(numbers).toHaveLength(4);
  return numbers.map(Number);
}

describe('s390-gmap fuzz', () => {
  it('finds nothing, and says so', async () => {
    const { status, stdout, stderr } = await cli(['fuzz', '--runs', '500'], { cwd: scratch });
    expect(stderr).toBe('');
    expect(lastLine(stdout)).toMatchObject({ 0: 500, 3: 0 });
    expect(status).toBe(0);
    expect(existsSync(join(scratch, 'findings'))).toBe(false);
  });

  it('has help', async () => {
    const { status, stdout } = await cli(['fuzz', '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('s390-gmap fuzz --time 60s');
  });

  it('does the same for the same seed', async () => {
    const hashes: string[] = [];
    for (const seed of [1, 1, 2]) {
      const args = ['--runs', '200', '--seed', String(seed), '--json', '--oracles', 'rules,leaks'];
      const { stdout } = await cli(['fuzz', ...args]);
      hashes.push((JSON.parse(stdout) as { hash: string }).hash);
    }
    expect(hashes[0]).toBe(hashes[1]);
    expect(hashes[0]).not.toBe(hashes[2]);
  });

  it('keeps a corpus and goes on with it, and with recordings', async () => {
    const corpus = join(scratch, 'corpus');
    const first = await cli(['fuzz', '--runs', '300', '--corpus', corpus, '--oracles', 'rules']);
    const kept = readdirSync(corpus).length;
    expect(kept).toBeGreaterThan(50);
    writeFileSync(
      join(corpus, 'recording.trace'),
      readFileSync(join(recordingsDirectory, 'linux-4.7', 'b_alias.trace')),
    );
    const second = await cli(['fuzz', '--runs', '300', '--corpus', corpus, '--oracles', 'rules', '--seed', '2']);
    expect(lastLine(second.stdout)[0]).toBe(301 + kept);
    expect(lastLine(second.stdout)[2]).toBeGreaterThan(lastLine(first.stdout)[2] ?? 0);
    expect(readdirSync(corpus).length).toBeGreaterThan(kept + 1);
  });

  it('runs jobs that share what they keep', async () => {
    const { status, stdout } = await cli(['fuzz', '--runs', '401', '--jobs', '2', '--oracles', 'leaks']);
    expect(lastLine(stdout)[0]).toBeGreaterThanOrEqual(401);
    expect(lastLine(stdout)[3]).toBe(0);
    expect(status).toBe(0);
  });

  it('leaves whole inputs, and nothing else, when it is killed', async () => {
    const [corpus, temporary] = ['killed', 'temporary'].map((name) => join(scratch, name)) as [string, string];
    mkdirSync(temporary);
    const child = startCli(['fuzz', '--corpus', corpus, '--jobs', '2'], { TMPDIR: temporary });
    await until(() => filesIn(corpus).length >= 200);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.on('exit', resolve));
    const whole = readdirSync(corpus).filter((name) => !name.startsWith('.'));
    for (const name of whole) expect(nameOfInput(readFileSync(join(corpus, name)))).toBe(name);
    expect(whole.length).toBeGreaterThanOrEqual(199);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('ends at Ctrl-C with everything kept', async () => {
    const corpus = join(scratch, 'interrupted');
    const child = startCli(['fuzz', '--corpus', corpus]);
    const ended = outcomeOf(child);
    await until(() => filesIn(corpus).length >= 20);
    child.kill('SIGINT');
    const { status, stdout } = await ended;
    expect(status).toBe(0);
    expect(lastLine(stdout)[3]).toBe(0);
    expect(readdirSync(corpus).length).toBeGreaterThanOrEqual(20);
  });

  it('says what was done when the corpus can no longer be written', async () => {
    const corpus = join(scratch, 'taken-away');
    const child = startCli(['fuzz', '--corpus', corpus]);
    const ended = outcomeOf(child);
    const count = () => filesIn(corpus).length;
    await until(() => count() > 20);
    // Between two batches of programs the parent hears how far the job is.
    const first = count();
    await until(() => count() > first + 20);
    renameSync(corpus, `${corpus}-elsewhere`);
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(2);
    expect(lastLine(stdout)[3]).toBe(0);
    expect(stderr).toMatch(new RegExp(`^error: cannot (?:read|write) ${corpus}.*: no such file or directory\n$`));
  });

  it('shows how far it is on a terminal', () => {
    const { stdout } = cliOnTerminal(['fuzz', '--runs', '500', '--oracles', 'rules']);
    expect(stdout).toMatch(
      /[0-9k]+ exec\/s, [0-9k]+ ops\/s, corpus [0-9]+, [0-9]+ edges, 0 findings, new [0-9]+ s ago/,
    );
  });

  it.each([
    [['--time', '60x'], 'a time is expected'],
    [['--runs', '0'], 'a whole number from 1'],
    [['--seed', '-1'], 'from 0 to 2^64 - 1'],
    [['--oracles', 'rules,luck'], 'there is no oracle "luck"'],
    [['--kernel', '3.0'], 'unknown kernel "3.0"; the model knows linux-4.7, '],
    [['--jobs', '0'], 'a whole number from 1 to 256'],
    [['--runs', '1', '--live', '9.9'], 'the kernel 9.9 is not installed'],
    [['--runs', '1', '--corpus', '/dev/null'], 'cannot make the folder /dev/null: there is a file of that name'],
    [['--runs', '1', '--corpus', '/proc/x/y'], 'cannot make the folder /proc/x: no such file or directory'],
    [['--runs', '1', '--findings', '/dev/null/x'], 'cannot make the folder /dev/null: there is a file of that name'],
    [['--runs', '1', '--findings', '/proc/self'], 'cannot write into /proc/self: no such file or directory'],
  ])('explains %s', async (args, text) => {
    const { status, stderr, stdout } = await cli(['fuzz', ...args]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(text);
    expect(stderr).not.toContain('    at ');
  });
});

describe('a fault in the port', () => {
  let env: Record<string, string>;
  const findings = join(scratch, 'found');

  beforeAll(() => {
    env = { S390_GMAP_ADDON: buildMutantAddon(join(scratch, 'mutant'), 'unmap-no-flush') };
  }, 120_000);

  it('is found, made small, and saved as what repeats it', () => {
    const { status, stdout } = cliProcess(['fuzz', '--runs', '20000', '--findings', findings], { env });
    expect(status).toBe(1);
    expect(lastLine(stdout)[3]).toBeGreaterThan(0);
    expect(stdout).toMatch(/^FOUND (model|hardware|rules): .*, after gmap_unmap_segment/m);
    const files = readdirSync(findings);
    for (const ending of ['.trace', '.test.ts', '.c']) expect(files.some((file) => file.endsWith(ending))).toBe(true);
    for (const file of files.filter((name) => name.endsWith('.trace'))) {
      const text = readFileSync(join(findings, file), 'utf8');
      expect(text).toMatch(/^# finding: .*\n# text: .*\n# seed: 1, run [0-9]+/m);
      expect(text.split('\n').filter((line) => line && !line.startsWith('#')).length).toBeLessThan(10);
      // It says what the faulty port did: a mended one does something else.
      expect(cliProcess(['replay', join(findings, file)], { env }).status).toBe(0);
    }
  });

  it('is printed first if it cannot be saved, which is then told', () => {
    // Files of at most a kilobyte: that is enough to try the folder.
    const command = `ulimit -f 1; $CLI fuzz --runs 20000 --findings ${join(scratch, 'full')}`;
    const { status, stdout, stderr } = shell(command, env);
    expect(status).toBe(2);
    const found = stdout.match(/^FOUND /gm) ?? [];
    expect(found.length).toBeGreaterThan(0);
    expect(stderr).toMatch(/^error: this finding cannot be saved: cannot write .*full\/.*: file too large$/m);
    expect(lastLine(stdout)[3]).toBe(found.length);
    // What could not be written to its end is not there.
    for (const file of readdirSync(join(scratch, 'full'))) expect(file).toMatch(/\.trace$/);
  });

  it('is told as JSON', () => {
    const { status, stdout } = cliProcess(['fuzz', '--runs', '5000', '--json', '--findings', join(scratch, 'json')], {
      env,
    });
    const report = JSON.parse(stdout) as {
      findings: { oracle: string; program: string[]; files: { trace: string } }[];
    };
    expect(status).toBe(1);
    expect(report.findings.length).toBeGreaterThan(0);
    for (const { program, files } of report.findings) {
      expect(program[0]).toBe('# gmap-trace 1');
      expect(existsSync(files.trace)).toBe(true);
    }
  });

  it('is still there in the trace, which gets no smaller', async () => {
    const [file = ''] = readdirSync(findings).filter((name) => name.endsWith('.trace'));
    const smaller = cliProcess(['fuzz', 'minimize', join(findings, file), '--json'], { env });
    expect(smaller.status).toBe(1);
    const { program } = JSON.parse(smaller.stdout) as { program: string[] };
    const calls = (lines: readonly string[]) =>
      lines.filter((line) => /^[a-z_]/.test(line)).map((line) => line.replace(/ = .*/, ''));
    expect(calls(program)).toEqual(calls(readFileSync(join(findings, file), 'utf8').split('\n')));
    // What cannot be written is printed all the same.
    const unwritten = cliProcess(['fuzz', 'minimize', join(findings, file), '-o', '/dev/full'], { env });
    expect(unwritten).toMatchObject({ status: 2, stderr: 'error: cannot write /dev/full: no space left on device\n' });
    expect(unwritten.stdout).toMatch(/^FOUND (?:.|\n)*\n[0-9]+ calls became [0-9]+, in [0-9]+ tries\n$/);
    const fixed = await cli(['fuzz', 'minimize', join(findings, file)]);
    expect(fixed).toMatchObject({ status: 0, stdout: `nobody objects to ${join(findings, file)}\n` });
  });
});

describe('s390-gmap fuzz merge', () => {
  it('keeps what is needed, and nothing twice', async () => {
    const [a, b, all] = ['a', 'b', 'all'].map((name) => join(scratch, name)) as [string, string, string];
    await cli(['fuzz', '--runs', '200', '--corpus', a, '--oracles', 'leaks']);
    await cli(['fuzz', '--runs', '200', '--corpus', b, '--oracles', 'leaks', '--seed', '5']);
    const { stdout, status } = await cli(['fuzz', 'merge', all, a, b]);
    const [, added = 0, from = 0] = (/^([0-9]+) of ([0-9]+) programs were added/.exec(stdout) ?? []).map(Number);
    expect(status).toBe(0);
    expect(added).toBe(readdirSync(all).length);
    expect(added).toBeLessThan(from);
    expect((await cli(['fuzz', 'merge', all, a, b])).stdout).toMatch(/^0 of /);
  });

  it('leaves out what is over the limit of a corpus, and says so', async () => {
    const folder = join(scratch, 'long');
    mkdirSync(folder);
    const long = ['# gmap-trace 1', ...Array.from({ length: 200 }, () => 'gmap_translate(g0, 0x0)'), ''].join('\n');
    writeFileSync(join(folder, 'long.trace'), long);
    const { stdout, stderr, status } = await cli(['fuzz', 'merge', join(scratch, 'merged'), folder]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^0 of 0 programs were added/);
    expect(stderr).toBe(`skipped ${join(folder, 'long.trace')}: 200 operations where 128 are the limit\n`);
  });

  it('needs folders that exist', async () => {
    expect(await cli(['fuzz', 'merge', join(scratch, 'x'), join(scratch, 'nowhere')])).toMatchObject({ status: 2 });
  });
});
