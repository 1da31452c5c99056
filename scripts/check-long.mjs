// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run check:long: what takes too long for CI.
 *
 *   npm run check:long                 which checks there are, how long they take, how far they are
 *   npm run check:long -- NAME         runs one, or goes on with it; Ctrl-C stops it, and nothing that was done is lost
 *   npm run check:long -- --log        what was done when, with which commit
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { api } from './long/api.mjs';
import { campaign } from './long/campaign.mjs';
import { dumpRules } from './long/dump-rules.mjs';
import { dumps } from './long/dumps.mjs';
import { live } from './long/live.mjs';
import { memory } from './long/memory.mjs';
import { mutants } from './long/mutants.mjs';
import { ownCode } from './long/own-code.mjs';
import { ownCodeHosts } from './long/own-code-hosts.mjs';
import { ownFaults } from './long/own-faults.mjs';
import { pace } from './long/pace.mjs';
import { LongCheck, readLog } from './long/pieces.mjs';
import { rowChecks } from './long/rows.mjs';
import { systems } from './long/systems.mjs';
import { valgrind } from './long/valgrind.mjs';
import { workers } from './long/workers.mjs';
import { Failure, script } from './steps.mjs';

const checks = [
  api,
  campaign,
  memory,
  pace,
  mutants,
  live,
  ownCode,
  ownCodeHosts,
  ownFaults,
  systems,
  valgrind,
  workers,
  rowChecks,
  dumps,
  dumpRules,
];
const folder = 'out/check-long';

/** With "+" if there is something that is not committed. */
function commitNow() {
  const git = (...args) => spawnSync('git', args, { encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', '--short=12', 'HEAD');
  if (status !== 0) throw new Failure('This is no clone of the repository: nobody could say what was checked.');
  return stdout.trim() + (git('status', '--porcelain', '--untracked-files=no').stdout === '' ? '' : '+');
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      options: { log: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    if (positionals.length > 1) throw new Error('One check at a time.');
    const check = checks.find(({ name }) => name === positionals[0]);
    if (positionals.length > 0 && !check) throw new Error(`There is no check "${positionals[0]}".`);
    return { log: values.log, check };
  } catch (error) {
    throw new Failure(`${error.message}\nThere are ${checks.map(({ name }) => name).join(', ')}, and --log.`);
  }
}

function printChecks() {
  const last = (name) => readLog(folder).findLast((entry) => entry.name === name);
  const width = Math.max(...checks.map(({ what }) => what.length));
  for (const { name, what, duration } of checks) {
    const entry = last(name);
    const state = entry ? describe(entry) : 'never run';
    console.log(`${name.padEnd(16)}${what.padEnd(width + 2)}about ${duration.padEnd(12)}${state}`);
  }
}

function describe({ what, time, commit, done, total, failed = [], summary }) {
  const parts = [`${done} of ${total} pieces`, `${failed.length} failed`, summary].filter(Boolean);
  return `${what} ${time.slice(0, 16).replace('T', ' ')} at ${commit}: ${parts.join(', ')}`;
}

function printLog() {
  const entries = readLog(folder);
  if (entries.length === 0) console.log(`Nothing was done yet: ${folder}/log.jsonl is not there.`);
  for (const entry of entries) {
    console.log(
      `${entry.name.padEnd(16)}${describe(entry)}${entry.seconds === undefined ? '' : `, in ${entry.seconds} s`}`,
    );
    for (const { id, text } of entry.failed ?? []) console.log(`            ${id}: ${text}`);
  }
}

async function run(check) {
  const commit = commitNow();
  console.log(
    `${check.what}: about ${check.duration} on two cores. Ctrl-C stops it; the same command goes on with it.`,
  );
  await build();
  await check.prepare();
  const long = new LongCheck(check, folder, commit);
  if (long.done > 0) console.log(`Goes on behind ${long.done} pieces that were done at ${commit}.`);
  let stops = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (stops++ === 0) long.stop();
    });
  const { done, total, failed, summary, stopped } = await long.run(({ id }, { ok, text }) => {
    console.log(`${`${long.done}`.padStart(4)}  ${ok ? 'ok    ' : 'FAILED'}  ${id}${text && `: ${text}`}`);
  });
  console.log(
    `${stopped ? 'stopped' : 'done'} at ${commit}: ${done} of ${total} pieces, ${failed.length} failed, ${summary}`,
  );
  const { text, problems = [] } = long.details ?? {};
  if (text !== undefined) console.log(`\n${text}`);
  if (stopped) process.exitCode = 130;
  else if (failed.length > 0 || problems.length > 0) process.exitCode = 1;
  if (!stopped) for (const problem of problems) console.log(problem);
}

await script(async () => {
  const { log, check } = readArguments();
  if (log) printLog();
  else if (check) await run(check);
  else printChecks();
});
