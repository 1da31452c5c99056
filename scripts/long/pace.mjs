// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- pace: a campaign does not get slower, and reaches as much as one that picks all programs alike.
import { buildUnchanged, picksAlike } from '../../native/fuzz/mutants/build.mjs';
import { killAll, pacesOf } from '../../native/fuzz/mutants/run.mjs';

const SEEDS = 5;
/** Of CPU time, each campaign. */
const SECONDS = 600;
const WINDOW = 10;
const MARKS = [60, 300, 600];

/** What programs are made from: entries by their cost, as it is, and all alike, to compare with. */
const PICKS = { weighed: [], alike: [picksAlike] };
const programs = {};

export const pace = {
  name: 'pace',
  what: `operations a second of CPU time in campaigns of ${SECONDS} s, and how far they come`,
  duration: '2 hours',
  /** Nobody else should run beside it. */
  jobs: 1,
  async prepare() {
    for (const [name, changes] of Object.entries(PICKS)) programs[name] = await buildUnchanged(...changes);
  },
  pieces: () =>
    Array.from({ length: SEEDS }, (_, i) => Object.keys(PICKS).map((picks) => ({ picks, seed: i + 1 })))
      .flat()
      .map((piece) => ({ id: `${piece.picks}, seed ${piece.seed}`, ...piece })),
  async run({ picks, seed }) {
    const paces = await pacesOf(programs[picks], { seed, seconds: SECONDS, every: WINDOW });
    const kops = [window(paces, 2 * WINDOW), window(paces, SECONDS)];
    const edges = MARKS.map((mark) => at(paces, mark).edges);
    const text = `${kops.map(Math.round).join(' → ')} thousand operations a second, ${edges.join(', ')} edges`;
    return { ok: true, text, picks, kops, edges };
  },
  summary: (results) => {
    const [weighed, alike] = Object.keys(PICKS).map((name) => results.filter(({ picks }) => picks === name));
    const ratio = (all) => median(all.map(({ kops: [first, last] }) => last / first)).toFixed(2);
    const edges = (all, i) => median(all.map(({ edges }) => edges[i]));
    const marks = MARKS.map((mark, i) => `${(edges(weighed, i) / edges(alike, i)).toFixed(2)} at ${mark} s`);
    return `the last ${WINDOW} s are ${ratio(weighed)} times as fast as the second (all alike: ${ratio(alike)}); edges, against all alike: ${marks.join(', ')}`;
  },
  stop: killAll,
};

/** The first that was told of when so much time was over. */
const at = (paces, cpu) => paces.find((pace) => pace.cpu >= cpu) ?? paces.at(-1);

/** Thousand operations a second in the window that ends there. */
function window(paces, end) {
  const [from, to] = [at(paces, end - WINDOW), at(paces, end)];
  return (to.operations - from.operations) / (to.cpu - from.cpu) / 1000;
}

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
