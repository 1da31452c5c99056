// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- dumps: crash dumps with words that are wrong end in an answer, a problem or a DumpError, soon, and without much memory.
import { runChild, stopChildren } from './children.mjs';

const PIECES = 100;
const DAMAGES = 1000;
/** A sound one takes 0.02 s on a machine that has nothing else to do. What takes longer than this hangs. */
const MOST_SECONDS = 60;
/** For the heap, and for all memory of a process that looks at a thousand dumps one after the other. */
const MOST_HEAP = 100;
const MOST_MEGABYTES = 400;

export const dumps = {
  name: 'dumps',
  what: `${(PIECES * DAMAGES).toLocaleString('en')} damaged crash dumps`,
  duration: '30 minutes',
  prepare: () => {},
  pieces: () => Array.from({ length: PIECES }, (_, i) => ({ id: `seed ${i + 1}`, seed: i + 1 })),
  async run({ seed }) {
    const args = [`--max-old-space-size=${MOST_HEAP}`, 'scripts/dumps/damage.mjs', seed, DAMAGES, MOST_SECONDS].map(
      String,
    );
    const { status, signal, stdout, stderr } = await runChild(process.execPath, args);
    if (status !== 0) return { ok: false, text: `ended with ${signal ?? `status ${status}`}: ${stderr.slice(-2000)}` };
    const { outcomes, slowest, megabytes } = JSON.parse(stdout);
    return {
      ok: megabytes <= MOST_MEGABYTES,
      text: `the slowest took ${Math.round(slowest)} ms of CPU time, and all ${Math.round(megabytes)} MB`,
      outcomes,
    };
  },
  summary(results) {
    const sums = {};
    for (const { outcomes = {} } of results)
      for (const [name, count] of Object.entries(outcomes)) sums[name] = (sums[name] ?? 0) + count;
    return Object.entries(sums)
      .map(([name, count]) => `${name}: ${count}`)
      .join(', ');
  },
  stop: stopChildren,
};
