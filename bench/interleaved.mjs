// SPDX-License-Identifier: GPL-2.0-only
// Two things measured side by side, since the times of a machine that others use too mean nothing: rounds of the one, the
// other, the one again, in CPU time, and what is told are the rounds' ratios.
export const ROUNDS = 11;
const ROUND_NS = 20e6;

/** Nanoseconds of CPU time that this process has used. */
function cpuTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** A loop of its own, so that what is called there is only that. */
const loopOf = (run) => new Function('run', 'return (count) => { for (let i = 0; i < count; i++) run(); };')(run);

function timeOf(loop, count) {
  const started = cpuTime();
  loop(count);
  return (cpuTime() - started) / count;
}

/** How many calls make a round; calls enough for V8 to compile them. */
function calibrate(loop) {
  let count = 1000;
  for (let warm = 0; warm < 10; warm++) loop(20_000);
  while (timeOf(loop, count) * count < ROUND_NS) count *= 2;
  return count;
}

/** Of ordered values: where so large a part of them lies below. */
export const at = (sorted, part) => sorted[Math.round(part * (sorted.length - 1))];
export const sorted = (values) => values.toSorted((a, b) => a - b);

/** Nanoseconds of an operation: `run` makes so many. */
function timeOfRuns({ run, operations }) {
  const started = cpuTime();
  let runs = 0;
  do {
    run();
    runs++;
  } while (cpuTime() - started < ROUND_NS);
  return (cpuTime() - started) / runs / operations;
}

/** The same at each size of a promise: in each round every size has its turn. Answers the promise, and its rounds. */
export async function measureSizes(promise) {
  const prepared = [];
  for (const n of promise.sizes) prepared.push(await promise.prepare(n));
  const rounds = Array.from({ length: ROUNDS }, () => prepared.map(timeOfRuns));
  for (const { close } of prepared) close();
  return { ...promise, rounds };
}

/** Of the rounds of a comparison: the median time, and of the ratios the median and where the lowest and highest tenth end. */
export function summaryOf(ns, ratios) {
  const ordered = sorted(ratios);
  return { ns: at(sorted(ns), 0.5), ratio: at(ordered, 0.5), p10: at(ordered, 0.1), p90: at(ordered, 0.9) };
}

/** Median nanoseconds of `run`, and of the ratios to `base` the median and where the lowest and highest tenth end. */
export function compareInterleaved(run, base) {
  const [own, other] = [loopOf(run), loopOf(base)];
  const [ownCount, otherCount] = [calibrate(own), calibrate(other)];
  const ns = [];
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = timeOf(other, otherCount);
    ns.push(timeOf(own, ownCount));
    ratios.push(ns.at(-1) / ((before + timeOf(other, otherCount)) / 2));
  }
  return summaryOf(ns, ratios);
}
