// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/compare-tests.mjs COMMIT [ROUNDS]: how long `npm test` takes on a fresh clone of HEAD, in units of what it
 * takes on one of COMMIT. They are measured in turn, so that both meet what else the machine does; every round on new
 * clones. Prints the ratio of each round and their median.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, root, script } from './steps.mjs';

const ROUNDS = 3;

function git(...args) {
  const { status, stdout, stderr } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Failure(stderr);
  return stdout.trim();
}

/** `npm test` on a new clone. Answers seconds, those of CPU, and the last line. */
function measure(commit, folder) {
  const clone = join(folder, commit);
  git('clone', '--quiet', '--no-checkout', root, clone);
  git('-C', clone, 'checkout', '--quiet', commit);
  const timed = ['-c', 'TIMEFORMAT="TIMES %R %U %S"; time npm test'];
  const { stdout, stderr } = spawnSync('bash', timed, { cwd: clone, encoding: 'utf8', maxBuffer: 1 << 28 });
  rmSync(clone, { recursive: true });
  const [, real = 0, user = 0, system = 0] = /TIMES (\S+) (\S+) (\S+)\n$/.exec(stderr) ?? [];
  return { seconds: Number(real), cpu: Number(user) + Number(system), last: stdout.trim().split('\n').at(-1) };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const show = ({ seconds, cpu, last }) => `${seconds.toFixed(0)} s (${cpu.toFixed(0)} s of CPU; ${last})`;

await script(async () => {
  const [given, rounds = ROUNDS] = process.argv.slice(2);
  if (given === undefined) throw new Failure('usage: node scripts/compare-tests.mjs COMMIT [ROUNDS]');
  const [before, now] = [given, 'HEAD'].map((name) => git('rev-parse', '--short=12', `${name}^{commit}`));
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-compare-'));
  const ratios = [];
  try {
    for (let round = 1; round <= Number(rounds); round++) {
      const [old, own] = [before, now].map((commit) => measure(commit, folder));
      ratios.push({ seconds: own.seconds / old.seconds, cpu: own.cpu / old.cpu });
      console.log(`round ${round}: ${before} ${show(old)}\n         ${now} ${show(own)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const [key, what] of [
    ['seconds', 'time'],
    ['cpu', 'CPU'],
  ]) {
    const values = ratios.map((ratio) => ratio[key]);
    const spread = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(2)).join(' to ');
    console.log(`${what.padEnd(5)} ${median(values).toFixed(2)} × (${spread})`);
  }
});
