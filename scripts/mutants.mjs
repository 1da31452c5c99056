// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run mutants: puts each fault of native/fuzz/mutants/ into a copy of the port, and lets the fuzzer find it. What it
 * does not find is a hole in its oracles.
 *
 *   --set history      bugs that Linux really had: native/fuzz/mutants/history.mjs
 *   --set holds        undoes mends of the package instead, and runs their tests: scripts/holds.mjs
 *   --smoke            only some that are found fast
 *   --only ID          only this one; may be repeated
 *   --oracles A,B      only these oracles look
 *   --jobs N           so many at a time; 2 if it is not said
 *   --picks-alike      the fuzzer does not look at what its programs cost, to compare with
 *   --json             for programs
 *   --write            the table goes into docs/mutants.md too, or docs/history.md
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Presets, SingleBar } from 'cli-progress';
import { buildUnchanged, picksAlike } from '../native/fuzz/mutants/build.mjs';
import { history, mutants, mutatedText } from '../native/fuzz/mutants/index.mjs';
import { judgeMutant } from '../native/fuzz/mutants/judge.mjs';
import { killAll, oracleNames, runFuzzer } from '../native/fuzz/mutants/run.mjs';
import { runHolds } from './holds.mjs';
import { markdownTable } from './markdown-table.mjs';
import { Failure, script } from './steps.mjs';

const SECONDS_UNCHANGED = 10;

/** What each set puts in, the page that it is written to, and the columns that say what it is. */
const sets = {
  port: {
    mutants,
    page: 'docs/mutants.md',
    marker: '<!-- npm run mutants -- --write -->',
    heads: ['mutant', 'what is wrong'],
    cells: ({ id, wrong }) => [id, wrong],
  },
  history: {
    mutants: history,
    page: 'docs/history.md',
    marker: '<!-- npm run mutants -- --set history --write -->',
    heads: ['mended by', 'kernels', 'what was wrong', 'what users saw'],
    cells: ({ upstream, since, wrong, effect }) => [upstream, since, wrong, effect],
  },
};

function readOptions() {
  try {
    return parseArgs({
      options: {
        set: { type: 'string', default: 'port' },
        smoke: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        oracles: { type: 'string' },
        jobs: { type: 'string', default: '2' },
        'picks-alike': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new Failure(
      `${error.message}\nThere are --set history, --set holds, --smoke, --only ID, --oracles A,B, --jobs N, --picks-alike, --json and --write.`,
    );
  }
}

/** Undefined for all. */
function chosenOracles({ oracles }) {
  const names = oracles?.split(',');
  const unknown = names?.find((name) => oracleNames.indexOf(name) < 1);
  if (unknown === undefined) return names;
  throw new Failure(`There is no oracle "${unknown}". There are ${oracleNames.slice(1).join(', ')}.`);
}

function chosenMutants(all, { smoke, only }) {
  const unknown = only.find((id) => !all.some((mutant) => mutant.id === id));
  if (unknown) throw new Failure(`There is no mutant ${unknown}. They are listed in native/fuzz/mutants/.`);
  if (only.length > 0) return all.filter(({ id }) => only.includes(id));
  return smoke ? all.filter((mutant) => mutant.smoke) : all;
}

/** Does the work for all items, so many at a time, while a bar shows how far it is. Stops early when `stop` says so. */
async function forEach(items, jobs, work, stop = () => false) {
  const bar = process.stderr.isTTY
    ? new SingleBar(
        { format: '{bar} {value}/{total}', stream: process.stderr, clearOnComplete: true, gracefulExit: false },
        Presets.shades_classic,
      )
    : undefined;
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined && !stop(); item = left.shift()) {
      await work(item);
      bar?.increment();
    }
  };
  bar?.start(items.length, 0);
  try {
    await Promise.all(Array.from({ length: jobs }, worker));
  } finally {
    bar?.stop();
  }
}

/** Of whose objects fuzzers are linked. What that says must not get between a program and --json. */
function buildAddon() {
  const { status } = spawnSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Failure('There is nothing to put mutants into: the addon could not be built.');
}

async function requireNoFinding(program, oracles) {
  const { finding } = await runFuzzer(program, { seconds: SECONDS_UNCHANGED, oracles });
  if (!finding) return;
  throw new Failure(
    `The unchanged port already has a finding, so mutants would say nothing:\n` +
      `  ${[finding.oracle, finding.rule, finding.op, finding.text].filter(Boolean).join(', ')}`,
  );
}

/** The results in the order of the list. After Ctrl-C, or when a mutant could not be run: of those that were done. */
async function runMutants(chosen, unchanged, oracles, jobs) {
  const results = new Map();
  let stopped = false;
  let failure;
  const stop = () => {
    stopped = true;
    killAll();
  };
  process.once('SIGINT', () => {
    process.exitCode = 130;
    stop();
  });
  const run = async (mutant) => {
    try {
      const result = await judgeMutant(mutant, unchanged, oracles);
      if (!stopped) results.set(mutant.id, result);
    } catch (error) {
      // Ctrl-C ends compilers too.
      if (!stopped) failure = error;
      stop();
    }
  };
  await forEach(chosen, jobs, run, () => stopped);
  return { results: chosen.map(({ id }) => results.get(id)).filter(Boolean), stopped, failure };
}

function foundCells({ killed, falseAlarm, finding, operations, seconds }) {
  if (!finding) return ['**survives**', '', '', ''];
  const oracle = falseAlarm ? `**false alarm** of ${finding.oracle}` : finding.oracle;
  return [oracle, finding.rule, operations?.toLocaleString('en') ?? '', killed ? seconds.toFixed(1) : ''];
}

function table({ heads, cells, mutants: all }, results) {
  const mutantOf = new Map(all.map((mutant) => [mutant.id, mutant]));
  return markdownTable([
    [...heads, 'found by', 'rule', 'operations', 'seconds'],
    ...results.map((result) => [...cells(mutantOf.get(result.id)), ...foundCells(result)]),
  ]);
}

function summary(results) {
  const { length: killed } = results.filter((result) => result.killed);
  return `${killed} killed, ${results.length - killed} survived\n${effort(results)}`;
}

/** How much it takes to find them; what survives counts with all that it was given. */
function effort(results) {
  if (results.length === 0) return '';
  const slowest = [...results].sort((a, b) => b.seconds - a.seconds);
  const p90 = (key) =>
    results.map((result) => result[key] ?? 0).sort((a, b) => a - b)[Math.floor(results.length * 0.9)];
  const ten = slowest.slice(0, 10).map(({ id, seconds }) => `${id} ${seconds.toFixed(1)}`);
  return (
    `90 of 100 are found within ${p90('operations').toLocaleString('en')} operations and ${p90('seconds').toFixed(1)} s ` +
    `of CPU time; the slowest: ${ten.join(', ')}`
  );
}

/** What stands behind the marker up to the next paragraph that is no table, is replaced. */
function writePage({ page, marker }, text) {
  const old = readFileSync(page, 'utf8');
  const at = old.indexOf(marker);
  if (at < 0) throw new Failure(`${page} has no line "${marker}", behind which the table would go.`);
  const rest = old.slice(at + marker.length).replace(/^\s*(\|.*\n)*\s*(\d+ killed, \d+ survived\n(.+\n)*)?/, '');
  writeFileSync(page, `${old.slice(0, at + marker.length)}\n\n${text}\n${rest && `\n${rest.trimStart()}`}`);
}

await script(async () => {
  const options = readOptions();
  if (options.set === 'holds') {
    if (!(await runHolds(options))) process.exitCode = 1;
    return;
  }
  const set = sets[options.set];
  if (!set) throw new Failure(`There is no set "${options.set}": there are ${Object.keys(sets).join(', ')} and holds.`);
  const chosen = chosenMutants(set.mutants, options);
  const oracles = chosenOracles(options);
  for (const mutant of set.mutants) mutatedText(mutant);
  buildAddon();
  const unchanged = await buildUnchanged(...(options['picks-alike'] ? [picksAlike] : []));
  await requireNoFinding(unchanged, oracles);
  const { results, stopped, failure } = await runMutants(
    chosen,
    unchanged,
    oracles,
    Math.max(1, Number(options.jobs) || 2),
  );
  const text = `${table(set, results)}\n\n${summary(results)}`;
  if (options.write && !stopped) writePage(set, text);
  console.log(options.json ? JSON.stringify(results, null, 2) : text);
  if (stopped)
    console.error(`\nStopped: ${chosen.length - results.length} of ${chosen.length} mutants were not judged.`);
  if (failure) throw failure;
  if (results.some(({ killed }) => !killed)) process.exitCode ||= 1;
});
