// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- workers: the addon under ThreadSanitizer, in workers that are ended at random.
import { runChild, stopChildren } from './children.mjs';

const PIECES = 10;
const WORKERS = 100;

export const workers = {
  name: 'workers',
  what: `${(PIECES * WORKERS).toLocaleString('en')} workers ended at random under ThreadSanitizer`,
  duration: '10 minutes',
  // They share a folder, and four workers at a time are enough.
  jobs: 1,
  prepare: async () => {},
  pieces: () =>
    Array.from({ length: PIECES }, (_, i) => ({ id: `workers from ${i * WORKERS + 1}`, first: i * WORKERS + 1 })),
  async run({ first }) {
    const { status, stdout, stderr } = await runChild('scripts/tsan-addon.sh', [`${WORKERS}`, `${first}`]);
    return { ok: status === 0, text: status === 0 ? '' : `${stdout}${stderr}`.trim() };
  },
  summary: (results) => `${results.length * WORKERS} workers`,
  stop: stopChildren,
};
