// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- api: random calls of everything that is exported under sanitizers, and workers that are ended at random.
import { histogramOf, summaryOf, sumOf, tooFew } from '../api/histogram.mjs';
import { step } from '../steps.mjs';
import { runChild, stopChildren } from './children.mjs';

const CALLS = 10_000_000;
const WORKERS = 1000;
const CALLS_OF_A_PIECE = 100_000;
const WORKERS_OF_A_PIECE = 50;
/** Of each door, with a gmap, shared memory, a snapshot and a callback. */
const LEAST = 1000;

const seeds = (count) => Array.from({ length: count }, (_, i) => i + 1);
const countsOf = (results) => sumOf(results.flatMap(({ counts }) => counts ?? []));

export const api = {
  name: 'api',
  what: `${CALLS.toLocaleString('en')} random API calls under ASan and UBSan, ${WORKERS.toLocaleString('en')} workers ended at random`,
  duration: '40 minutes',
  prepare: () => step('build the addon with sanitizers', 'scripts/asan/build-addon.sh', []),
  pieces: () => [
    ...seeds(WORKERS / WORKERS_OF_A_PIECE).map((seed) => ({
      id: `workers, seed ${seed}`,
      args: ['--seed', `${seed}`, '--workers', `${WORKERS_OF_A_PIECE}`],
    })),
    ...seeds(CALLS / CALLS_OF_A_PIECE).map((seed) => ({
      id: `calls, seed ${seed}`,
      args: ['--seed', `${seed}`, '--calls', `${CALLS_OF_A_PIECE}`],
    })),
  ],
  async run({ args }) {
    const { status, stdout, stderr } = await runChild('scripts/asan/random-calls.sh', args);
    const ran = parse(stdout);
    const problems = [...(ran?.problems ?? []), ...(status === 0 && ran ? [] : [stderr.slice(-4000)])];
    return { ok: problems.length === 0, text: problems.join('\n'), workers: ran?.workers, counts: ran?.counts };
  },
  summary(results) {
    const workers = results.reduce((sum, result) => sum + (result.workers ?? 0), 0);
    return `${workers} workers ended, ${summaryOf(countsOf(results))}`;
  },
  /** How often each door was gone through, and what is too few when all is done. */
  details: (results) => ({ text: histogramOf(countsOf(results)), problems: tooFew(countsOf(results), LEAST) }),
  stop: stopChildren,
};

/** What a sanitizer has ended says nothing. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
