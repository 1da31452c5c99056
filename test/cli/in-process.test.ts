// SPDX-License-Identifier: GPL-2.0-only
/** cli() and cliProcess() are the same to a command; and cli() leaves nothing behind. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../lib/cli/program.js';
import { harnessVersion } from '../../lib/kernel/install/harness-sources.js';
import { fakeKernels } from '../kernel/fixture.js';
import { traceText } from '../trace/recordings.js';
import { cli, cliProcess, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();
const fake = fakeKernels(harnessVersion());
afterAll(() => fake.remove());

const trace = traceText('gmap_alloc(mm0, 0x0) = g0', 'gmaps(mm0) = []');
writeFileSync(join(scratch, 'a.trace'), trace);
const where = { cwd: scratch, env: fake.env };

/** Each command once, and what it ends with. */
const ONCE: Readonly<Record<string, readonly [args: readonly string[], status: number, input?: string]>> = {
  replay: [['a.trace'], 1],
  run: [['-'], 0, trace],
  check: [['a.trace', 'nowhere'], 2],
  convert: [['a.trace', 'a.bin'], 0],
  vtop: [['a.trace', 'g0', '0'], 0],
  ptdump: [['-', 'mm0', '--json'], 0, trace],
  graph: [['a.trace'], 0],
  view: [['--json', 'a.trace'], 0],
  dump: [['a.trace'], 2],
  kernel: [['list'], 0],
  compare: [['a.trace', '--live', '4.7'], 0],
  fuzz: [['--runs', '0'], 2],
  completion: [['bash'], 0],
};

describe('a command does here what it does as a process', () => {
  it('all of them', async () => {
    const names = (await createProgram()).commands.map((command) => command.name());
    // A REPL is never run here.
    expect(Object.keys(ONCE)).toEqual(names.filter((name) => name !== 'repl'));
  });

  it.each(Object.entries(ONCE))('%s', async (command, [args, status, input = '']) => {
    const here = await cli([command, ...args], { ...where, input });
    const { stdout, stderr, status: ended, signal } = cliProcess([command, ...args], { ...where, input });
    expect(here).toEqual({ stdout, stderr, status: ended, signal });
    expect(here.status).toBe(status);
    expect(here.stdout + here.stderr === '').toBe(command === 'convert');
  });
});

describe('cli()', () => {
  const state = () => ({
    env: { ...process.env },
    cwd: process.cwd(),
    streams: [process.stdin, process.stdout, process.stderr].map((stream) => stream.fd),
    console: globalThis.console,
    exit: process.exit,
    exitCode: process.exitCode,
    listeners: process.listenerCount('SIGTERM'),
  });

  it('gives back what it changes, whatever comes of it', async () => {
    const before = state();
    for (const args of [['check', 'a.trace'], ['check', 'nowhere'], ['fuzz', '--wrong'], ['--version']])
      await cli(args, { cwd: scratch, env: { HOME: scratch, S390_GMAP_CACHE: scratch }, input: 'x' });
    expect(state()).toEqual(before);
  });

  it('refuses what it cannot do', async () => {
    for (const name of ['NODE_OPTIONS', 'S390_GMAP_ADDON', 'NO_COLOR', 'CI', 'LD_PRELOAD'])
      await expect(cli(['--version'], { env: { [name]: '1' } })).rejects.toThrow(
        `${name} is read when a process starts: use cliProcess()`,
      );
    await expect(cli(['repl'])).rejects.toThrow('use cliProcess()');
    const first = cli(['--version']);
    await expect(cli(['--version'])).rejects.toThrow('one command at a time: await cli()');
    expect((await first).status).toBe(0);
  });
});
