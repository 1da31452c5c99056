// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- campaign: fuzzing with all oracles on machines of all kernels finds nothing.
import { buildUnchanged } from '../../native/fuzz/mutants/build.mjs';
import { killAll, runFuzzer } from '../../native/fuzz/mutants/run.mjs';

const SEEDS = 20;
const OPERATIONS = 5_000_000;
/** Far more than it takes. */
const SECONDS = 3600;

let program;

export const campaign = {
  name: 'campaign',
  what: '100,000,000 operations with all oracles on all kernels',
  duration: '15 minutes',
  async prepare() {
    program = await buildUnchanged();
  },
  pieces: () => Array.from({ length: SEEDS }, (_, i) => ({ id: `seed ${i + 1}`, seed: i + 1 })),
  async run({ seed }) {
    const { finding, operations } = await runFuzzer(program, { seed, operations: OPERATIONS, seconds: SECONDS });
    const enough = operations >= OPERATIONS;
    const text = finding
      ? [finding.oracle, finding.rule, finding.op, finding.text].filter(Boolean).join(', ')
      : enough
        ? ''
        : `only ${operations} operations in ${SECONDS} s`;
    return { ok: !finding && enough, text, operations };
  },
  summary: (results) => `${sum(results, 'operations').toLocaleString('en')} operations`,
  stop: killAll,
};

const sum = (results, key) => results.reduce((all, result) => all + (result[key] ?? 0), 0);
