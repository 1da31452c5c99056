// SPDX-License-Identifier: GPL-2.0-only
/** Films of long programs. Pages, which need the explorer, are tested in explorer/test. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Film } from '../../lib/film/film.js';
import { traceText } from '../trace/recordings.js';
import { cli, cliOnTerminal, cliProcess, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();

function write(name: string, ...lines: readonly string[]): string {
  writeFileSync(join(scratch, name), traceText(...lines));
  return name;
}

const view = (...args: readonly string[]) => cli(['view', '--json', ...args], { cwd: scratch });
const filmOf = async (...args: readonly string[]): Promise<Film> => JSON.parse((await view(...args)).stdout) as Film;

const five = write(
  'five.trace',
  'fork(mm0)',
  '# note',
  'gmap_alloc(mm0, 0x0) = g0',
  'exit(mm0)',
  '',
  'gmap_free(g0)',
  'fork(mm0)',
);
const long = write('long.trace', Array.from({ length: 50_001 }, () => 'gmaps(mm0)').join('\n'));

describe('s390-gmap view', () => {
  it('shows the calls on some lines', async () => {
    const lines = async (...args: readonly string[]) => (await filmOf(five, ...args)).calls.map(({ line }) => line);
    expect(await lines()).toEqual([2, 4, 5, 7, 8]);
    expect(await lines('--from', '3', '--to', '6')).toEqual([4, 5]);
    expect(await lines('--from', '8')).toEqual([8]);
    expect(await filmOf(five, '--to', '4')).toMatchObject({ excerpt: { from: 0, total: 5 } });
    expect((await filmOf(five, '--to', '8')).excerpt).toBe(null);
  });

  it.each([
    [['--from', '6', '--to', '6'], 'five.trace: there is no call on these lines'],
    [['--from', '9'], 'five.trace: there is no call on these lines'],
    [['--from', 'x'], '--from, --to: x is not the number of a line'],
  ])('explains %s', async (args, message) => {
    expect(await view(five, ...args)).toMatchObject({ status: 2, stdout: '', stderr: `error: ${message}\n` });
  });

  it('has a progress bar on a terminal', () => {
    const json = join(scratch, 'film.json');
    const { stdout } = cliOnTerminal(['view', '--json', five, '--from', '4'], { cwd: scratch, stdoutTo: json });
    expect(stdout).toMatch(/[█░]+ 0\/4/);
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ excerpt: { from: 1, total: 5 } });
  });

  it('says that a call before ends in BUG', async () => {
    const file = write('bug.trace', 'gmap_alloc(mm0, 0x0) = g0', '__gmap_link(g0, 0x0, 0x0)', 'fork(mm0)');
    const { status, stderr } = await view(file, '--from', '4');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'error: bug.trace: a call before those of the film ends in BUG\n',
    });
  });

  it('asks which calls of a long program', async () => {
    const { status, stdout, stderr } = await view(long);
    expect(status).toBe(2);
    expect({ stdout, stderr }).toEqual({
      stdout: '',
      stderr:
        'error: long.trace: a page of 50001 calls takes long to make and to open: choose lines with --from and --to, or say --all\n',
    });
    expect(await filmOf(long, '--from', '50000')).toMatchObject({ excerpt: { from: 49_998, total: 50_001 } });
  });

  it('ends in words where the memory ends', () => {
    const turn = ['gmap_map_segment(g0, 0x10000000000, 0x0, 0x8000000)', 'gmap_unmap_segment(g0, 0x0, 0x8000000)'];
    const file = write(
      'large.trace',
      'gmap_alloc(mm0, 0x7fffffff) = g0',
      ...Array.from({ length: 3000 }, () => turn).flat(),
    );
    // Without room for the young, so that the limit is that of the old.
    const env = { NODE_OPTIONS: '--max-old-space-size=48 --max-semi-space-size=1' };
    const { status, stdout, stderr } = cliProcess(['view', '--json', file], { cwd: scratch, env });
    expect(stderr).toMatch(
      /^error: large.trace: the memory of this process \(\d+ MiB of heap\) is used up after \d+ of 6001 calls: film fewer\n$/,
    );
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});

describe('s390-gmap view of a crash dump', () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../dump/fixtures/linux-6.12${name}`, import.meta.url));
  const [stray, types] = [fixture('-stray.kdump'), fixture('.btf')];

  it('is a film of one picture, with what is wrong', async () => {
    const film = await filmOf(stray, '--types', types);
    expect(film).toMatchObject({ source: stray, calls: [], dump: { problems: [{ rule: 'I6', held: [] }] } });
    expect(film.kernel).toMatch(/^6\.12\./);
  });

  it.each([
    [[stray, '--types', types, '--from', '1'], '--from is for traces: a dump shows one moment of a kernel that ran'],
    [[stray, '--types', types, '--strict'], '--strict is for traces: a dump shows one moment of a kernel that ran'],
    [[five, '--types', types], '--types is for crash dumps'],
    [[stray, '--types', five], 'five.trace: this is no type information (BTF) of a big-endian machine'],
  ])('explains %s', async (args, message) => {
    expect(await view(...args)).toMatchObject({ status: 2, stdout: '', stderr: `error: ${message}\n` });
  });
});
