// SPDX-License-Identifier: GPL-2.0-only
/** How CI runs its steps: `.ci/lanes.mjs`, with steps of our own. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const lanes = fileURLToPath(new URL('../../.ci/lanes.mjs', import.meta.url));

interface Step {
  readonly title: string;
  readonly command: string;
  readonly after?: readonly string[];
}

/** A folder in which these are the steps. */
function folderWith(...steps: readonly Step[]): string {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-ci-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, '.ci'));
  writeFileSync(join(folder, '.ci/steps.json'), JSON.stringify({ budget: { seconds: 9, later: { more: 2 } }, steps }));
  return folder;
}

function run(folder: string, ...titles: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [lanes, ...titles], { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** Ends when the file of the other one is there. */
const meet = (own: string, other: string) =>
  `touch ${own}; for i in $(seq 3000); do [ -e ${other} ] && exit 0; sleep 0.01; done; exit 9`;

describe('the lanes', () => {
  it('run steps beside each other, and show each in one piece', () => {
    const folder = folderWith(
      { title: 'one', command: `echo 1a; (${meet('a', 'b')}) && echo 1b` },
      { title: 'two', command: `echo 2a; (${meet('b', 'a')}) && echo 2b` },
    );
    const { status, stdout } = run(folder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/=== one\n1a\n1b\n=== one: passed in \d+ s \(\d+ s of CPU\)/);
    expect(stdout).toMatch(/=== two\n2a\n2b\n=== two: passed in/);
    expect(stdout).toMatch(
      /=== everything passed in \d+ s .*\n {4}budget, on two cores: 9 s; later with more 2: 11 s\n$/,
    );
  });

  it('keep the order that steps need', () => {
    const folder = folderWith(
      { title: 'last', command: 'cat first second', after: ['first', 'second'] },
      { title: 'second', command: 'cat first; echo 2 >second', after: ['first'] },
      { title: 'first', command: 'echo 1 >first' },
    );
    const { status, stdout } = run(folder);
    expect(status).toBe(0);
    expect(stdout).toContain('=== last\n1\n2\n');
  });

  it('end with the first failure: its name, all of its output, its status; what else runs is ended', async () => {
    const folder = folderWith(
      { title: 'long', command: `echo $$ >pid; ${meet('a', 'b')}` },
      { title: 'wrong', command: 'while [ ! -s pid ]; do sleep 0.01; done; echo out; echo err >&2; exit 7' },
      { title: 'never', command: 'touch never', after: ['long'] },
    );
    const { status, stdout } = run(folder);
    expect(status).toBe(7);
    expect(stdout).toMatch(/=== wrong\nout\nerr\n=== FAILED: wrong: exit status 7, after \d+ s/);
    expect(stdout).toContain('ended before they were done: long');
    expect(stdout).not.toContain('passed');
    expect(existsSync(join(folder, 'never'))).toBe(false);
    await expect.poll(() => isAlive(folder), { timeout: 20_000 }).toBe(false);
  });

  it('run only what is asked for', () => {
    const folder = folderWith(
      { title: 'first', command: 'touch first' },
      { title: 'second', command: 'echo here', after: ['first'] },
    );
    expect(run(folder, 'second')).toMatchObject({ status: 0, stdout: expect.stringContaining('=== second\nhere\n') });
    expect(existsSync(join(folder, 'first'))).toBe(false);
    expect(run(folder, 'third')).toMatchObject({ status: 2, stderr: expect.stringContaining('There are:\n  first\n') });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('end all that runs at %s, and show what it wrote', async (signal, expected) => {
    const folder = folderWith({ title: 'long', command: 'echo here; echo $$ >pid; sleep 600 & wait' });
    const child = spawn(process.execPath, [lanes], { cwd: folder });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    while (!existsSync(join(folder, 'pid')) || readFileSync(join(folder, 'pid'), 'utf8') === '') await setTimeout(10);
    child.kill(signal);
    const [status] = await once(child, 'close');
    expect(status).toBe(expected);
    expect(output).toContain('=== long, so far\nhere\n');
    await expect.poll(() => isAlive(folder), { timeout: 20_000 }).toBe(false);
  });
});

/** Whether anything of the group is left whose leader wrote its number into `pid`. */
function isAlive(folder: string): boolean {
  const group = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}
