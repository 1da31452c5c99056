// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- memory: programs of campaigns, under ASan, with each request of memory failing once.
import { step } from '../steps.mjs';
import { runChild, stopChildren } from './children.mjs';

const SEEDS = 40;
const PROGRAMS = 70;

export const memory = {
  name: 'memory',
  what: `${(SEEDS * PROGRAMS).toLocaleString('en')} programs, each request of memory failing once`,
  duration: '3 minutes',
  prepare: () =>
    step('build the tests under ASan', 'sh', [
      '-c',
      'cmake --preset asan && cmake --build --preset asan --parallel 2 --target fuzz_test_memory',
    ]),
  pieces: () => Array.from({ length: SEEDS }, (_, i) => ({ id: `seed ${i + 1}`, seed: i + 1 })),
  async run({ seed }) {
    const { status, stdout, stderr } = await runChild('out/asan/fuzz/fuzz_test_memory', [`${seed}`, `${PROGRAMS}`]);
    const runs = Number(/(\d+) runs, 0 failures$/m.exec(stdout)?.[1] ?? 0);
    const ok = status === 0 && runs > 0;
    return { ok, text: ok ? '' : `${stdout}${stderr}`.trim(), runs };
  },
  summary: (results) => `${results.reduce((sum, { runs }) => sum + runs, 0).toLocaleString('en')} runs`,
  stop: stopChildren,
};
