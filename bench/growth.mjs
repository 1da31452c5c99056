// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run bench -- growth: how costs grow with the work. For each promise: what an operation counts and how long it takes at
 * several sizes n, and the exponent of its time, log(ratio of times) / log(ratio of n), the median of eleven rounds in each
 * of which every size has its turn. 0 is as good as it gets; 1 makes the whole quadratic. Only counts are judged, by the
 * core's tests: a time says as much about the machine that it was measured on, and whose caches others use too.
 */
import { execFileSync } from 'node:child_process';
import { buildGrowthBenches } from './build.mjs';
import { machinePromises } from './growth-machine.mjs';
import { at, measureSizes, sorted } from './interleaved.mjs';

const runJson = (program) => JSON.parse(execFileSync(program, { encoding: 'utf8', maxBuffer: 1 << 26 }));

function corePromises() {
  const { counting, timing } = buildGrowthBenches();
  const counted = new Map(runJson(counting).map((row) => [row.promise, row]));
  return runJson(timing).map((row) => ({ ...row, ...counted.get(row.promise), rounds: row.rounds }));
}

function withExponent(row) {
  const span = Math.log(row.sizes.at(-1) / row.sizes[0]);
  const exponents = sorted(row.rounds.map((times) => Math.log(times.at(-1) / times[0]) / span));
  const ns = row.sizes.map((_, size) => at(sorted(row.rounds.map((times) => times[size])), 0.5));
  return { ...row, ns, exponent: at(exponents, 0.5), p10: at(exponents, 0.1), p90: at(exponents, 0.9) };
}

/** Every promise, measured. */
export async function measureGrowth() {
  const rows = corePromises();
  for (const promise of machinePromises) rows.push(await measureSizes(promise));
  return rows.map(withExponent);
}

const time = (ns) => (ns >= 10_000 ? `${(ns / 1000).toFixed(0)} µs` : `${ns.toFixed(0)} ns`);
const number = (value) => (value >= 100 || value === 0 ? value.toFixed(0) : value.toPrecision(3));

function cells(row) {
  const counts = row.unit ? `${row.counts.map(number).join(', ')} ${row.unit}` : '';
  return [
    row.promise,
    row.sizes.map((n) => n.toLocaleString('en')).join(' '),
    row.ns.map(time).join(', '),
    `${row.exponent.toFixed(2)} (${row.p10.toFixed(2)} to ${row.p90.toFixed(2)})`,
    row.bound.toFixed(2),
    row.exponent <= row.bound ? 'yes' : 'no',
    counts,
  ];
}

export function growthTable(rows) {
  const lines = [
    ['promise', 'n', 'an operation', 'exponent (p10 to p90)', 'at most', 'within', 'counted, an operation'],
    ...rows.map(cells),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
