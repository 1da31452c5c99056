// SPDX-License-Identifier: GPL-2.0-only
/**
 * The commands of examples/fuzz-each-change.yml, on a repository with the tree of Debian's 6.1 and a change that forgets a flush. What they
 * install is here already.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { builtKernels } from '../../../lib/index.js';
import { packageRoot } from '../../../lib/package-root.js';
import { cliPath, environment } from '../../cli/cli.js';
import { writeProgram } from '../../kernel/fixture.js';

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly if?: string;
  readonly 'continue-on-error'?: boolean;
}

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-workflow-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tree = join(folder, 'linux');
const workflow = parse(readFileSync(join(packageRoot, 'examples/fuzz-each-change.yml'), 'utf8')) as {
  env: object;
  jobs: { fuzz: { steps: Step[] } };
};
const { steps } = workflow.jobs.fuzz;

function makeRepository(): void {
  const debian = builtKernels().find(({ name }) => name === 'linux-6.1');
  if (!debian) throw new Error('there is no tree of 6.1: s390-gmap kernel build 6.1');
  cpSync(join(debian.folder, 'tree'), tree, { recursive: true });
  run('git init --quiet && git add --all && git commit --quiet --message before');
  run(
    `sed -i '/^int gmap_unmap_segment/,/^}/s/gmap_flush_tlb(gmap);/;/' arch/s390/mm/gmap.c && git commit --quiet --all --message change`,
  );
}

/** As GitHub runs it. */
function attempt(script: string): { status: number | null; output: string } {
  const author = { GIT_AUTHOR_NAME: 'x', GIT_AUTHOR_EMAIL: 'x@example.org' };
  const env = environment({
    ...author,
    GIT_COMMITTER_NAME: 'x',
    GIT_COMMITTER_EMAIL: 'x@example.org',
    GIT_CONFIG_GLOBAL: '/dev/null',
    PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
    S390_GMAP_CACHE: join(folder, 'cache'),
    RUNNER_TEMP: join(folder, 'temp'),
    RECORDINGS: join(packageRoot, 'recordings/linux-6.1'),
    KERNEL: '6.1',
    TIME: '2s',
  });
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], { cwd: tree, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

function run(script: string): void {
  expect(attempt(script)).toMatchObject({ status: 0 });
}

it('finds the change that forgets a flush, and writes a mail about it', () => {
  for (const name of ['bin', 'temp', 'cache']) mkdirSync(join(folder, name));
  writeProgram(join(folder, 'bin/s390-gmap'), `exec '${process.execPath}' '${cliPath}' "$@"`);
  makeRepository();
  expect(Object.keys(workflow.env)).toEqual(['KERNEL', 'TIME']);

  const outcomes = new Map<string, { status: number | null; output: string }>();
  let failed = false;
  for (const { name = '', run: script, if: condition = 'success()', 'continue-on-error': mayFail } of steps) {
    if (script === undefined || name === 'install' || (condition === 'failure()') !== failed) continue;
    const outcome = attempt(script);
    outcomes.set(name, outcome);
    failed ||= outcome.status !== 0 && mayFail !== true;
  }

  const statuses = [...outcomes].map(([name, { status }]) => [name, status]);
  expect(statuses, [...outcomes.values()].map(({ output }) => output).join('\n')).toEqual([
    ['build the code, and the one before the change', 0],
    ['it does what real kernels did', 0],
    ['what the change changes', 1],
    ['fuzz it', 1],
    ['a mail about each finding', 0],
  ]);
  expect(outcomes.get('it does what real kernels did')?.output).toContain('183 passed, 0 failed');
  expect(outcomes.get('what the change changes')?.output).toMatch(/^FOUND other/m);
  expect(outcomes.get('fuzz it')?.output).toMatch(/^FOUND rules: I18 /m);
  const mails = readdirSync(join(tree, 'findings')).filter((file) => file.endsWith('.mail'));
  const subjects = mails.map((file) => readFileSync(join(tree, 'findings', file), 'utf8').split('\n')[0]);
  expect(subjects).toContainEqual(expect.stringMatching(/^Subject: s390\/mm: gmap_unmap_segment\(\)/));
}, 300_000);
