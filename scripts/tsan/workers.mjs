// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/tsan/workers.mjs COUNT FIRST [--race]: so many workers, four at a time, each ended at a random time while the
 * others go on. What they do and when they end follows from their numbers, from FIRST on. --race: they have a race with
 * each other.
 */
import { Worker } from 'node:worker_threads';
import { inParallel } from '../steps.mjs';

const AT_A_TIME = 4;
const LONGEST = 1000; // ms

const [count, first] = process.argv.slice(2, 4).map(Number);
const race = process.argv.includes('--race');

/** The same times in each run, as far as a time says where a worker is. */
function random(seed) {
  return ((seed * 2654435761) >>> 0) / 2 ** 32;
}

async function runOne(seed) {
  const worker = new Worker(new URL('worker.mjs', import.meta.url), { workerData: { seed, race } });
  const failure = new Promise((_, reject) => worker.on('error', reject));
  const begun = new Promise((resolve) => worker.once('message', resolve));
  const ended = begun.then(() => new Promise((resolve) => setTimeout(resolve, random(seed) * LONGEST)));
  await Promise.race([failure, ended]);
  await worker.terminate();
}

await inParallel(
  Array.from({ length: count }, (_, i) => first + i),
  runOne,
  AT_A_TIME,
);
console.log(`${count} workers were ended`);
