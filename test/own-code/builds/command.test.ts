// SPDX-License-Identifier: GPL-2.0-only
/** `kernel build`, and what `kernel list` and `kernel remove` know of codes: by a package with next to no native code. */
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { cli, environment, type Outcome, outcomeOf, until } from '../../cli/cli.js';
import { fakeKernels, isGoneSoon, writeProgram } from '../../kernel/fixture.js';
import { fakeCodes } from '../fixture.js';
import { stubPackage } from '../stub-package.js';

const stub = stubPackage();
const fakes = fakeCodes();
afterAll(() => {
  stub.remove();
  fakes.remove();
});
afterEach(() => {
  for (const folder of [stub.cache, fakes.folder]) rmSync(join(folder, 'codes'), { recursive: true, force: true });
});

const stubCli = join(stub.dist, 'cli/main.js');
const kernel = (...args: string[]): Outcome =>
  spawnSync(process.execPath, [stubCli, 'kernel', ...args], {
    env: environment(stub.env),
    cwd: stub.folder,
    encoding: 'utf8',
  });
const isThere = spawnSync('g++', ['--version']).status === 0;
if (!isThere) console.warn('NOT TESTED: kernel build, without g++');
const gcc = ['--compiler', 'gcc'];

describe('s390-gmap kernel build', () => {
  it.each([
    [[], 'error: build what? Either a version, as in "kernel build 6.1", or --source DIR --name NAME\n'],
    [['6.1', '--source', '.'], 'error: build what?'],
    [['--source', '.'], 'error: what shall the code of that tree be called? --name NAME\n'],
    [['6.1', '--name', 'x'], 'error: --name is for a tree from --source\n'],
    [['--source', '.', '--name', 'x', '--mirror', 'http://x/'], 'error: --mirror is not for a tree from --source\n'],
    [['6.1', '--mirror', 'x'], 'error: --mirror must be the http, https or file URL'],
    [
      ['mine'],
      'error: "mine" is no version of Debian\'s linux-source, such as 6.1. A tree of your own: s390-gmap kernel',
    ],
    [['--source', '.', '--name', 'a/b'], 'error: "a/b" is no name of a code'],
    [['--source', '/nowhere', '--name', 'x'], 'error: /nowhere cannot be built: there is no such folder.\n'],
    [['--source', '/nowhere\u001b[31m', '--name', 'x'], 'error: /nowhere\\x1b[31m cannot be built: '],
  ])('%j is refused', async (args, message) => {
    const { status, stdout, stderr } = await cli(['kernel', 'build', ...args], { env: fakes.env });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(2);
  });

  it('says what is missing, with its package', async () => {
    const { status, stderr } = await cli(
      ['kernel', 'build', '--source', stub.tree('tree'), '--name', 'x', '--compiler', 'none'],
      {
        env: fakes.env,
      },
    );
    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^error: a compiler for C and C\+\+ is needed, and there is:\n {2}no none\ninstall clang .*apt-get install clang llvm g\+\+\n$/,
    );
  });

  it.skipIf(!isThere)('builds, tells its steps, and what it has built', () => {
    stub.tree('linux', { Makefile: 'VERSION = 6\nPATCHLEVEL = 5\nSUBLEVEL = 2\n' });
    const args = ['build', '--source', 'linux', '--name', 'mine', ...gcc];
    const where = `Linux 6.5.2, from ${join(stub.folder, 'linux')}, in ${join(stub.cache, 'codes/mine')}\n`;
    const profile = 'This package has no profile of that version: it is run as linux-6.1, the nearest older one.\n';
    expect(kernel(...args)).toMatchObject({
      status: 0,
      stdout: `mine is built: ${where}${profile}`,
      stderr: "compile the tree's code\ncompile the machine\nlink it\n",
    });
    // what every command takes is no option of the library
    expect(kernel(...args, '--debug', '--no-color')).toMatchObject({
      status: 0,
      stdout: `mine is already built: ${where}${profile}`,
      stderr: '',
    });
    expect(kernel('list').stdout).toMatch(/^mine +built +6\.5\.2 +6\.1 +\d MB {2}\/.*codes\/mine$/m);
    appendFileSync(join(stub.folder, 'linux/arch/s390/mm/gmap.c'), '\n');
    expect(kernel('list').stdout).toMatch(
      /^mine .* {2}\S+gmap\.c is another one now\. Build it: s390-gmap kernel build --source \S+linux --name mine --compiler gcc$/m,
    );
    expect(kernel('remove', 'mine')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(kernel('list', '--json').stdout).toContain('"installed": []');
  });

  it.skipIf(!isThere)('says what does not compile, and leaves nothing', () => {
    const tree = stub.tree('wrong', { 'arch/s390/mm/gmap.c': '\nint f(void) { return frob(); }\n' });
    const { status, stdout, stderr } = kernel('build', '--source', tree, '--name', 'mine', ...gcc);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain("  arch/s390/mm/gmap.c:2: the function 'frob' is not declared\n");
    expect(readdirSync(join(stub.cache, 'codes'))).toEqual(['mine.lock']);
  });

  it.skipIf(!isThere).each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends it, with what it has started, and nothing is left', async (name, status) => {
    const bin = join(stub.folder, `bin-${name}`);
    // Several of them run at the same time.
    const pids = join(bin, 'pids');
    mkdirSync(pids, { recursive: true });
    writeProgram(
      join(bin, 'gcc'),
      `case "$*" in *cpp-output*) mkdir '${pids}'/$$; exec sleep 600;; esac; exec /usr/bin/gcc "$@"`,
    );
    writeProgram(join(bin, 'g++'), 'exec /usr/bin/g++ "$@"');
    const args = ['kernel', 'build', '--source', stub.tree('hangs'), '--name', 'mine', '--compiler', join(bin, 'gcc')];
    const child = spawn(process.execPath, [stubCli, ...args], { env: environment(stub.env) });
    const ended = outcomeOf(child);
    await until(() => readdirSync(pids).length > 0);
    child.kill(name);
    expect(await ended).toMatchObject({ status, signal: null, stdout: '' });
    for (const pid of readdirSync(pids)) expect(await isGoneSoon(Number(pid))).toBe(true);
    expect(readdirSync(join(stub.cache, 'codes'))).toEqual(['mine.lock']);
  });
});

describe('codes beside booted kernels', () => {
  it('kernel list has a row of each, with its state', async () => {
    fakes.add('linux-6.1', 'linux-6.1');
    fakes.add('mine', 'linux-6.12', { inputs: { '/nowhere/gmap.c': '00' }, tree: '/nowhere' });
    const { stdout } = await cli(['kernel', 'list'], { env: fakes.env });
    expect(stdout).toMatch(/^linux-6\.1 {2}built +6\.1\.7 +6\.1 +\d MB {2}\/.*codes\/linux-6\.1$/m);
    expect(stdout).toMatch(
      /^mine {7}built +6\.12\.7 +6\.12 +\d MB {2}\/nowhere\/gmap\.c is another one now\. Build it: s390-gmap kernel build --source \/nowhere --name mine$/m,
    );
    const { installed } = JSON.parse((await cli(['kernel', 'list', '--json'], { env: fakes.env })).stdout);
    expect(installed).toEqual([
      expect.objectContaining({ name: 'linux-6.1', kind: 'built', kernel: 'linux-6.1' }),
      expect.objectContaining({ name: 'mine', kind: 'built', stale: '/nowhere/gmap.c is another one now' }),
    ]);
    expect(installed[0]).not.toHaveProperty('stale');
  });

  it('kernel remove asks which one of a name, and removes that', async () => {
    const booted = fakeKernels();
    try {
      const codes = fakeCodes(join(booted.folder, 'cache'));
      codes.add('linux-4.7', 'linux-4.7');
      const { env } = codes;
      const remove = (...args: string[]) => cli(['kernel', 'remove', ...args], { env });
      expect(await remove('4.7')).toMatchObject({
        status: 2,
        stderr: 'error: there are 2 kernels 4.7: say --live 4.7 for the booted one, or --code 4.7 for the built one\n',
      });
      expect(await remove('--code', '4.7')).toMatchObject({ status: 0, stderr: '' });
      expect(await remove('--code', '4.7')).toMatchObject({ status: 2, stderr: 'error: there is no built code 4.7\n' });
      expect(await remove('4.7')).toMatchObject({ status: 0, stderr: '' });
    } finally {
      booted.remove();
    }
  });
});
