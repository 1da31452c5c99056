// SPDX-License-Identifier: GPL-2.0-only
// Workers that make random calls, and are ended at random: in the middle of a call, of a callback, of a campaign.
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { inParallel } from '../steps.mjs';
import { Random } from './random.mjs';

const AT_ONCE = 4;
/** How long a worker makes calls, at most. */
const MOST_MS = 300;

/** Ends them, four at a time. Answers { workers, calls, problems }: `calls` in all of them. */
export async function endWorkers({ seed, folder, workers }) {
  const random = new Random(seed);
  const problems = [];
  const calls = new Int32Array(new SharedArrayBuffer(4));
  process.chdir(folder);
  const one = async (i) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { seed: seed * 10_000 + i, folder, calls } });
    const begun = new Promise((resolve) => {
      worker.on('message', (problem) => (problem === BEGUN ? resolve() : problems.push(problem)));
      worker.on('error', (error) => resolve(problems.push(String(error?.stack ?? error))));
    });
    await begun;
    await new Promise((resolve) => setTimeout(resolve, random.below(MOST_MS)));
    await worker.terminate();
  };
  await inParallel([...Array(workers).keys()], one, AT_ONCE);
  return { workers, calls: calls[0], problems };
}

const BEGUN = 'begun';

if (workerData?.folder !== undefined) {
  const { runCalls } = await import('./calls.mjs');
  let mine = 0;
  const onCall = () => {
    if (mine++ === 0) parentPort.postMessage(BEGUN);
    Atomics.add(workerData.calls, 0, 1);
  };
  const { problems } = await runCalls({ ...workerData, isOver: () => false, onCall });
  for (const problem of problems) parentPort.postMessage(problem);
}
