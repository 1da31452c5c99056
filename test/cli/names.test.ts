// SPDX-License-Identifier: GPL-2.0-only
/** What kernels are called: --kernel is a profile, --live a booted kernel; and what they were called before. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { kindOf } from '../../lib/cli/kernel/entries.js';
import { createProgram } from '../../lib/cli/program.js';
import { kernels } from '../../lib/generated/abi.js';
import { harnessVersion } from '../../lib/kernel/install/harness-sources.js';
import { fakeKernels } from '../kernel/fixture.js';
import { traceText } from '../trace/recordings.js';
import { cli, cliProcess } from './cli.js';

const fake = fakeKernels(harnessVersion());
afterAll(() => fake.remove());
beforeEach(() => fake.clearLog());

/** A booted 4.7 is installed. */
const here = (...args: string[]) => cli(args, { env: fake.env, cwd: fake.folder });
/** None is. */
const nowhere = async (...args: string[]) =>
  await cli(args, { env: { ...fake.env, S390_GMAP_CACHE: join(fake.folder, 'empty') }, cwd: fake.folder });

const write = (name: string, ...lines: string[]) => {
  const file = join(fake.folder, name);
  writeFileSync(file, traceText(...lines));
  return file;
};
const forLater = write('later.trace', 'gmap_create(mm0, 0x0)');
const one = write('one.trace', 'gmap_alloc(mm0, 0x0)', 'gmaps(mm0)');
const BOOT = 'boot 4.7.4-fake\n';
/** At the end of an option's description: 4.7, 5.10, … */
const ALL_SHORT = new RegExp(`: ${kernels.join(', ').replaceAll('linux-', '').replaceAll('.', '\\.')}$`);
const KNOWN = `the model knows ${kernels.join(', ')}\n`;

describe('a profile', () => {
  it.each(['6.1', 'linux-6.1'])('is called %s on the command line', async (name) => {
    expect(await cli(['run', '--kernel', name, forLater])).toMatchObject({
      status: 0,
      stdout: traceText('# kernel: linux-6.1', 'gmap_create(mm0, 0x0) = g0'),
    });
    expect((await cli(['vtop', '--kernel', name, forLater, 'g0', '0'])).status).toBe(0);
    expect((await cli(['vtop', forLater, 'g0', '0'])).stderr).toContain('there is no g0');
  });

  it.each(['6.1', 'linux-6.1'])('is called %s in headers', async (name) => {
    const file = write('header.trace', `# kernel: ${name}`, 'gmap_create(mm0, 0x0) = g0');
    expect((await cli(['replay', file])).status).toBe(0);
    // What was asked for goes before it, and a recording says so.
    expect((await cli(['run', '--kernel', '6.12', file])).stdout).toBe(
      traceText('# kernel: linux-6.12', 'gmap_create(mm0, 0x0) = g0'),
    );
  });

  it.each([
    ['run', [one]],
    ['replay', [one]],
    ['repl', []],
    ['fuzz', []],
    ['fuzz', ['merge', 'all', '.']],
    ['compare', [one, '--live', '4.7']],
  ])('%s says which there are', async (command, args) => {
    const told = [command, ...args, '--kernel', '2.4'];
    expect(command === 'repl' ? cliProcess(told) : await here(...told)).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining(`unknown kernel "2.4"; ${KNOWN}`),
    });
  });

  it('is listed by the help of every command that has one', async () => {
    const listed = commandsOf(await createProgram()).flatMap((command) => {
      const [option] = command
        .createHelp()
        .visibleOptions(command)
        .filter(({ long }) => long === '--kernel');
      if (option) expect(option.description).toMatch(ALL_SHORT);
      return option ? [command.name()] : [];
    });
    expect(listed).toEqual([
      ...['replay', 'run', 'vtop', 'ptdump', 'graph', 'repl', 'view'],
      ...['compare', 'fuzz', 'merge'],
    ]);
  });

  it('of a booted kernel is that of its version, or the one that was asked for', async () => {
    expect(await here('compare', one, '--live', '4.7')).toMatchObject({ status: 0, stderr: BOOT });
    const other = await here('compare', one, '--live', 'linux-4.7', '--kernel', '6.1');
    expect(other).toMatchObject({ status: 1, stderr: BOOT });
    expect(other.stdout).toContain('expected  g0\n');
  });
});

describe('kernel remove', () => {
  const both = [
    { name: '6.1', kind: 'booted' },
    { name: 'linux-6.1', kind: 'built' },
    { name: 'mine', kind: 'built' },
  ] as const;

  it('knows what a name alone means', () => {
    expect(kindOf('mine', both)).toBe('built');
    expect(kindOf('6.12', both)).toBeUndefined();
    expect(kindOf('linux-6.1', both.slice(0, 1))).toBe('booted');
  });

  it.each(['6.1', 'linux-6.1'])('asks which %s', (name) => {
    expect(() => kindOf(name, both)).toThrow(
      `there are 2 kernels ${name}: say --live ${name} for the booted one, or --code ${name} for the built one`,
    );
  });

  it('takes the option that says it', async () => {
    const other = fakeKernels();
    try {
      expect(await cli(['kernel', 'remove', '--live', 'linux-4.7'], { env: other.env })).toMatchObject({
        status: 0,
        stderr: '',
      });
      expect(await cli(['kernel', 'remove', '4.7'], { env: other.env })).toMatchObject({ status: 2 });
    } finally {
      other.remove();
    }
  });
});

describe('before there was --live', () => {
  const OLD_KERNEL = 'deprecated: use --live 4.7 in place of --kernel 4.7 for a booted kernel\n';
  const OLD_LIVE = 'deprecated: use --one-by-one in place of --live without a name\n';

  it.each([
    ['compare', [one]],
    ['kernel', ['record', one]],
  ])('%s %j called a booted kernel --kernel', async (command, args) => {
    const now = await here(command, ...args, '--live', '4.7');
    const before = await here(command, ...args, '--kernel', '4.7');
    expect(before).toMatchObject({ status: 0, stdout: now.stdout, stderr: OLD_KERNEL + BOOT });
  });

  it.each([
    [[one, '--kernel', '4.7', '--live']],
    [['--live', one, '--kernel', '4.7']],
    [['--live', '--kernel', '4.7', one]],
  ])('%j made one call at a time', async (args) => {
    expect(await here('kernel', 'record', ...args)).toMatchObject({ status: 0, stderr: OLD_LIVE + OLD_KERNEL + BOOT });
    expect(fake.log().slice(1)).toEqual(['run 1', 'run 1']);
  });

  it('--json stays one document', async () => {
    const { stdout, stderr } = await here('compare', '--json', one, '--kernel', '4.7');
    expect(JSON.parse(stdout)).toMatchObject({ passed: 1 });
    expect(stderr).toBe(OLD_KERNEL + BOOT);
  });

  it('a profile was called --model', async () => {
    const args = ['fuzz', '--runs', '50', '--json'];
    const now = await nowhere(...args, '--kernel', 'any');
    const before = await nowhere(...args, '--model', 'any');
    expect(before.stderr).toBe('deprecated: use --kernel any in place of --model any\n');
    expect(now.stderr).toBe('');
    expect(hashOf(before.stdout)).toBe(hashOf(now.stdout));
    expect((await nowhere('fuzz', 'merge', '--model', '6.1', 'all', '.')).stderr).toBe(
      'deprecated: use --kernel 6.1 in place of --model 6.1\n',
    );
  });

  it('fuzz called a booted kernel --kernel', async () => {
    const args = ['fuzz', '--runs', '20', '--json'];
    const now = await here(...args, '--live', '4.7');
    expect(JSON.parse(now.stdout)).toMatchObject({ kernel: { waiting: 0 } });
    const before = await here(...args, '--kernel', '4.7');
    expect(before.stderr).toContain(OLD_KERNEL);
    expect(JSON.parse(before.stdout).kernel).toEqual(JSON.parse(now.stdout).kernel);
    const both = await here(...args, '--kernel', '4.7', '--model', '4.7');
    expect(both.stderr).toContain(`use --kernel 4.7 (from the next version on) in place of --model 4.7\n${OLD_KERNEL}`);
    expect(JSON.parse(both.stdout).kernel).toEqual(JSON.parse(now.stdout).kernel);
  });

  it('it is a profile already where no booted kernel has the name', async () => {
    const { status, stdout, stderr } = await nowhere('fuzz', '--runs', '20', '--json', '--kernel', '4.7');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ runs: 20, kernel: null });
  });
});

it('one campaign on two profiles has no booted kernel', async () => {
  expect(await here('fuzz', '--runs', '1', '--kernel', 'any', '--live', '4.7')).toMatchObject({
    status: 2,
    stderr: 'error: a booted kernel is compared with one profile: leave "any" out\n',
  });
  expect(readdirSync(fake.folder)).not.toContain('findings');
});

function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}

function hashOf(stdout: string): string {
  return (JSON.parse(stdout) as { hash: string }).hash;
}
