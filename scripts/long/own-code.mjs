// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run check:long -- own-code: the port does what the own code of each later kernel does, call by call: results, events with
 * flushes, facts, every table entry, PGSTE and storage key. What is kept of the inputs goes from piece to piece, and shows
 * in the end how much of the tree's two files was reached.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, root } from '../steps.mjs';
import { runChild, stopChildren } from './children.mjs';
import { reasonFor } from './unreached.mjs';

const KERNELS = ['6.1', '6.12', '5.10'];
const FOLDER = `${root}out/check-long/own-code`;
const RANDOM = { pieces: 10, programs: 1000 };
/** Pieces of so many operations; the lengths of programs take turns. */
const FUZZ = { pieces: 10, operations: 10_000_000, runs: 50_000, lengths: [40, 80, 128] };

/** The command line with --json. Answers what it printed. */
async function cli(...args) {
  const { status, stdout, stderr } = await runChild(process.execPath, [`${root}dist/cli/main.js`, ...args]);
  if (status === 0 || status === 1) return stdout;
  throw new Failure(`s390-gmap ${args.join(' ')} ended with status ${status}:\n${stderr}`);
}

const json = async (...args) => JSON.parse(await cli(...args, '--json'));

/** What corpora begin with: what was recorded, and programs for what fuzzing seldom comes to. */
function writeSeeds(kernel) {
  const corpus = `${FOLDER}/corpus-${kernel}`;
  mkdirSync(corpus, { recursive: true });
  for (const folder of [`${root}test/own-code/programs`, `${root}recordings/linux-${kernel}`])
    for (const name of readdirSync(folder).filter((file) => file.endsWith('.trace'))) {
      const text = readFileSync(join(folder, name), 'utf8').replace(/^# kernel: .*\n/m, '');
      writeFileSync(join(corpus, name), text.replace('\n', `\n# kernel: linux-${kernel}\n`));
    }
}

/** What a real kernel of that version answered. */
async function recorded({ kernel }) {
  const { passed, failed } = await json('replay', `${root}recordings/linux-${kernel}`, '--code', kernel);
  return { ok: failed === 0 && passed > 0, text: `${passed} recordings passed, ${failed} failed`, kernel };
}

async function random({ kernel, seed }) {
  const args = ['--random', `${RANDOM.programs}`, '--seed', `${seed}`, '--code', kernel];
  const { calls, failed, findings } = await json('compare', ...args);
  const text = findings.map((finding) => `seed ${finding.seed}: ${JSON.stringify(finding.difference)}`).join('; ');
  return { ok: failed === 0, text, kernel, operations: calls, differences: failed };
}

async function fuzz({ kernel, seed }) {
  const sides = ['--code', kernel, '--against', 'port', '--oracles', 'other'];
  const folders = ['--corpus', `${FOLDER}/corpus-${kernel}`, '--findings', `${FOLDER}/findings-${kernel}`];
  const length = FUZZ.lengths[seed % FUZZ.lengths.length];
  const found = new Map();
  let operations = 0;
  for (let part = 1; operations < FUZZ.operations; part++) {
    const asked = ['--seed', `${seed * 1000 + part}`, '--runs', `${FUZZ.runs}`, '--length', `${length}`];
    const report = await json('fuzz', ...sides, ...folders, ...asked);
    operations += report.operations;
    for (const { rule, text } of report.findings) found.set(`${rule}: ${text}`, true);
  }
  return { ok: found.size === 0, text: [...found.keys()].join('; '), kernel, operations, differences: found.size };
}

async function cover({ kernel }) {
  const output = `${FOLDER}/coverage-${kernel}`;
  const { files } = await json('fuzz', 'cover', `${FOLDER}/corpus-${kernel}`, '--code', kernel, '-o', output);
  return { ok: true, text: '', kernel, files };
}

function textOfFile({ file, lines, branches, never }) {
  const of = ({ covered, count }) => `${covered} of ${count} (${((100 * covered) / count).toFixed(1)} %)`;
  const reasons = groupBy(never, reasonFor);
  const rows = [...reasons].map(([reason, names]) => `    ${reason ?? 'NO REASON'}: ${names.join(', ')}`);
  return [`  ${file}: lines ${of(lines)}, branches ${of(branches)}; not reached:`, ...rows].join('\n');
}

function textOfKernel(kernel, results) {
  const { operations, differences } = totals(results);
  const files = results.flatMap((result) => result.files ?? []);
  const head = `linux-${kernel}: ${operations.toLocaleString('en')} operations, ${differences} differences`;
  return [head, ...files.map(textOfFile)].join('\n');
}

function problemsOf(kernel, results) {
  const never = results.flatMap(({ files = [] }) => files.flatMap((file) => file.never));
  return never.filter((name) => !reasonFor(name)).map((name) => `linux-${kernel}: nothing reaches ${name}.`);
}

function totals(results) {
  const sum = (key) => results.reduce((all, result) => all + (result[key] ?? 0), 0);
  return { operations: sum('operations'), differences: sum('differences') };
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

const numbered = (count, piece) => Array.from({ length: count }, (_, i) => piece(i));
const kinds = { recorded, random, fuzz, cover };

export const ownCode = {
  name: 'own-code',
  what: `the port beside the own code of ${KERNELS.join(', ')}: 100,000,000 operations of each`,
  duration: '25 minutes',
  async prepare() {
    for (const kernel of KERNELS) {
      await cli('kernel', 'build', kernel);
      writeSeeds(kernel);
    }
  },
  pieces: () => [
    ...KERNELS.flatMap((kernel) => [
      { id: `${kernel}, recordings`, kind: 'recorded', kernel },
      ...numbered(RANDOM.pieces, (i) => {
        const seed = i * RANDOM.programs + 1;
        return { id: `${kernel}, random programs from seed ${seed}`, kind: 'random', kernel, seed };
      }),
      ...numbered(FUZZ.pieces, (i) => ({ id: `${kernel}, fuzzing ${i + 1}`, kind: 'fuzz', kernel, seed: i + 1 })),
    ]),
    ...KERNELS.map((kernel) => ({ id: `${kernel}, coverage`, kind: 'cover', kernel })),
  ],
  run: (piece) => kinds[piece.kind](piece),
  summary(results) {
    const { operations, differences } = totals(results);
    return `${operations.toLocaleString('en')} operations, ${differences} differences`;
  },
  details(results) {
    const byKernel = [...groupBy(results, ({ kernel }) => kernel)];
    return {
      text: byKernel.map(([kernel, its]) => textOfKernel(kernel, its)).join('\n'),
      problems: byKernel.flatMap(([kernel, its]) => problemsOf(kernel, its)),
    };
  },
  stop: stopChildren,
};
