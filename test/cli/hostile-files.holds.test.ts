// SPDX-License-Identifier: GPL-2.0-only
/** Folders with one thing of each kind in them, and files with names that steer terminals, given to each command. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { harnessVersion } from '../../lib/kernel/install/harness-sources.js';
import { visible } from '../../lib/visible.js';
import { hostileNames, type OneOfEach, oneOfEach } from '../files/fixture.js';
import { fakeKernels, writeProgram } from '../kernel/fixture.js';
import { traceText } from '../trace/recordings.js';
import { cli, type Outcome, type RunOptions, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();
const fake = fakeKernels(harnessVersion());
afterAll(() => fake.remove());

/** What no output may have: control characters but line breaks, and those that turn the direction of writing. */
const WILD = /[\p{C}\p{Zl}\p{Zp}]/u;

async function tame(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const outcome = await cli(args, { cwd: scratch, env: fake.env, ...options });
  for (const text of [outcome.stdout, outcome.stderr])
    expect(text.split('\n').filter((line) => WILD.test(line))).toEqual([]);
  expect(outcome.stderr).not.toContain('    at ');
  expect(outcome.signal).toBeNull();
  return outcome;
}

const good = traceText('gmap_alloc(mm0, 0x0) = g0', 'gmaps(mm0) = [g0]');

describe('a folder with one thing of each kind', () => {
  let each: OneOfEach;
  let skipped: string;

  beforeAll(async () => {
    each = await oneOfEach(join(scratch, 'each'), '.trace', good);
    skipped = Object.entries(each.skipped)
      .map(([path, what]) => `skipped ${path}: ${what}\n`)
      .sort()
      .join('');
  });
  afterAll(() => each.close());

  const sorted = (text: string) =>
    text
      .split(/(?<=\n)/)
      .sort()
      .join('');
  const path = (name: string) => visible(join(each.folder, `${name}.trace`));
  const bad = ['empty', 'nul', 'unreadable', 'utf16'];
  const isRoot = process.getuid?.() === 0;
  const fine = ['folder.trace/inner', 'good', 'link', ...(isRoot ? ['forbidden'] : [])];

  it('replay', async () => {
    const { status, stdout, stderr } = await tame(['replay', each.folder]);
    expect({ status, stderr: sorted(stderr) }).toEqual({ status: 1, stderr: skipped });
    const lines = stdout.trimEnd().split('\n');
    for (const name of [...fine, ...Object.values(hostileNames).map(([hostile]) => hostile)])
      expect(lines).toContain(`pass  ${path(name)} (2 calls)`);
    for (const name of bad)
      expect(lines.filter((line) => line.startsWith('FAIL') && line.includes(path(name)))).toHaveLength(1);
    // One file, one line, and the summary.
    const count = fine.length + Object.keys(hostileNames).length + bad.length + (isRoot ? 0 : 1);
    expect(lines).toHaveLength(count + 1);
  });

  it('replay --json has the raw names', async () => {
    const { files } = JSON.parse((await cli(['replay', '--json', each.folder])).stdout) as {
      files: { file: string }[];
    };
    for (const [name] of Object.values(hostileNames))
      expect(files.map(({ file }) => file)).toContain(join(each.folder, `${name}.trace`));
  });

  it('check', async () => {
    const { status, stdout, stderr } = await tame(['check', each.folder]);
    expect(status).toBe(2);
    expect(stderr).toContain(`error: cannot read ${path('unreadable')}: i/o error\n`);
    expect(stderr).toContain(`error: cannot read ${path('utf16')}: it is not UTF-8 text\n`);
    for (const line of skipped.trimEnd().split('\n')) expect(stderr).toContain(`${line}\n`);
    expect(stdout).toContain(`${path('nul')}:`);
  });

  it('compare', async () => {
    const { status, stdout, stderr } = await tame(['compare', each.folder, '--live', '4.7']);
    expect(status).toBe(1);
    for (const line of skipped.trimEnd().split('\n')) expect(stderr).toContain(`${line}\n`);
    for (const name of [...fine, ...Object.values(hostileNames).map(([hostile]) => hostile)])
      expect(stdout).toContain(`pass  ${path(name)} (2 calls)\n`);
  });

  it('kernel record', async () => {
    const { status, stdout, stderr } = await tame(['kernel', 'record', each.folder, '--live', '4.7', '-o', 'to/']);
    // A mistake in one of them is told before a kernel is booted.
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/\nerror: .*empty\.trace:1:1: /);
  });

  it('kernel record keeps names, and shows none of them raw', async () => {
    const folder = join(scratch, 'names');
    mkdirSync(folder);
    for (const [name] of Object.values(hostileNames)) writeFileSync(join(folder, `${name}.trace`), good);
    const { status, stdout } = await tame(['kernel', 'record', folder, '--live', '4.7', '-o', 'names-out/']);
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(readdirSync(join(scratch, 'names-out')).sort()).toEqual(readdirSync(folder).sort());
  });
});

describe('a corpus with one thing of each kind', () => {
  let each: OneOfEach;

  beforeAll(async () => {
    each = await oneOfEach(join(scratch, 'corpus'), '', 'some bytes of an input, or so');
    rmSync(join(each.folder, 'unreadable'));
    rmSync(join(each.folder, 'forbidden'));
  });
  afterAll(() => each.close());

  const lines = () => Object.entries(each.skipped).map(([path, what]) => `skipped ${path}: ${what}\n`);

  it('fuzz', async () => {
    const { status, stdout, stderr } = await tame(['fuzz', '--runs', '50', '--corpus', each.folder]);
    expect(stderr.split(/(?<=\n)/).sort()).toEqual(lines().sort());
    expect(status).toBe(0);
    expect(stdout).toMatch(/^[0-9]+ runs, /m);
  });

  it('fuzz merge', async () => {
    const { status, stdout, stderr } = await tame(['fuzz', 'merge', 'merged', each.folder]);
    expect(stderr.split(/(?<=\n)/).sort()).toEqual(lines().sort());
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/ programs were added to merged/) });
  });
});

describe('fuzz cover', () => {
  it('names what in a corpus is no file', async () => {
    const each = await oneOfEach(join(scratch, 'covered'), '', 'some bytes of an input, or so');
    for (const name of ['unreadable', 'forbidden']) rmSync(join(each.folder, name));
    // Tools that measure nothing.
    const bin = join(scratch, 'bin');
    mkdirSync(bin);
    writeProgram(
      join(bin, 'clang'),
      'for word; do [ "$last" = -o ] && { echo "#!/bin/sh" >"$word"; chmod +x "$word"; }; last=$word; done; true',
    );
    writeProgram(join(bin, 'llvm-profdata'), 'true');
    writeProgram(join(bin, 'llvm-cov'), `[ "$1" != export ] || echo '{"data":[{"files":[]}]}'`);
    const env = { PATH: `${bin}:${process.env.PATH}`, TMPDIR: join(scratch, 'tmp') };
    mkdirSync(env.TMPDIR);
    const { status, stdout, stderr } = await tame(['fuzz', 'cover', each.folder], { env });
    await each.close();
    expect({ status, stdout: stdout.split('\n').at(-2) }).toEqual({
      status: 0,
      stdout: 'line by line: coverage/index.html',
    });
    for (const [path, what] of Object.entries(each.skipped)) expect(stderr).toContain(`skipped ${path}: ${what}\n`);
    expect(readdirSync(env.TMPDIR)).toEqual([]);
  });
});

describe('a file with all of this in its name', () => {
  const all = Object.values(hostileNames);
  const name = all.map(([raw]) => raw).join(' ');
  const shown = all.map(([, written]) => written).join(' ');
  const folder = join(scratch, 'named');
  const file = join(folder, `${name}.trace`);
  const wrong = join(folder, `wrong ${name}.trace`);
  const shownFile = join(folder, `${shown}.trace`);

  beforeAll(() => {
    mkdirSync(folder);
    writeFileSync(file, good);
    writeFileSync(wrong, traceText('fork(g0)'));
  });

  it.each([
    ['replay', ['replay', file], `pass  ${shownFile} (2 calls)\n1 passed, 0 failed\n`],
    ['run', ['run', file], traceText('# kernel: linux-4.7', 'gmap_alloc(mm0, 0x0) = g0', 'gmaps(mm0) = [g0]')],
    ['check', ['check', file], ''],
    ['compare', ['compare', file, '--live', '4.7'], `pass  ${shownFile} (2 calls)\n1 passed, 0 failed\n`],
    ['fuzz minimize', ['fuzz', 'minimize', file], `nobody objects to ${shownFile}\n`],
    ['fuzz merge', ['fuzz', 'merge', `out ${name}`, folder], undefined],
  ])('%s', async (_, args, expected) => {
    const { status, stdout } = await tame(args);
    if (expected === undefined) return;
    expect({ status, stdout }).toEqual({ status: 0, stdout: expected });
  });

  it.each([
    ['replay', ['replay', wrong]],
    ['run', ['run', wrong]],
    ['check', ['check', wrong]],
    ['vtop', ['vtop', wrong, 'g0', '0']],
    ['ptdump', ['ptdump', wrong, 'g0']],
    ['graph', ['graph', wrong]],
    ['view', ['view', '--json', wrong]],
    ['compare', ['compare', wrong, '--live', '4.7']],
    ['kernel record', ['kernel', 'record', wrong, '--live', '4.7']],
    ['fuzz minimize', ['fuzz', 'minimize', wrong]],
    ['fuzz merge', ['fuzz', 'merge', 'never', folder]],
  ])('%s of one that is no trace', async (_, args) => {
    const { status, stdout, stderr } = await tame(args);
    expect(status).toBeGreaterThan(0);
    expect(stdout + stderr).toContain(`wrong ${shown}.trace:2:6: expected a handle such as mm0, found "g0"\n`);
  });

  it.each([
    ['replay', ['replay', `no ${name}`]],
    ['run', ['run', `no ${name}`]],
    ['check', ['check', `no ${name}`]],
    ['graph', ['graph', `no ${name}`]],
    ['compare', ['compare', `no ${name}`, '--live', '4.7']],
    ['kernel record', ['kernel', 'record', `no ${name}`, '--live', '4.7']],
    ['kernel install', ['kernel', 'install', '--tree', `no ${name}`]],
    ['fuzz minimize', ['fuzz', 'minimize', `no ${name}`]],
    ['fuzz merge', ['fuzz', 'merge', 'never', `no ${name}`]],
    ['fuzz cover', ['fuzz', 'cover', `no ${name}`]],
    ['fuzz --corpus', ['fuzz', '--runs', '1', '--corpus', join('/dev/null', name)]],
    ['fuzz --findings', ['fuzz', '--runs', '1', '--findings', join('/dev/null', name)]],
    ['a command that is not there', [`no ${name}`]],
    ['an option that is not there', ['replay', `--${name}`, file]],
    ['a kernel', ['kernel', 'remove', name]],
  ])('%s of one that is not there', async (_, args) => {
    const { status, stdout } = await tame(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('what comments have is shown too', async () => {
    const file = join(folder, 'comment.trace');
    writeFileSync(file, traceText('# \x1b]0;title\x07 \u202e', 'gmap_alloc(mm0, 0x0) = NULL'));
    const { status, stdout } = await tame(['replay', file]);
    expect(status).toBe(1);
    expect(stdout).toContain('      # \\x1b]0;title\\x07 \\u202e\n');
    rmSync(file);
  });

  it('the film of it has the raw name, its page the one that is shown', async () => {
    const film = JSON.parse((await cli(['view', '--json', file])).stdout) as { source: string };
    expect(film.source).toBe(file);
  });
});
