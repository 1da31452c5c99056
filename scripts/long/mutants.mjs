// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- mutants: npm run mutants, which can be stopped and resumed.
import { buildUnchanged } from '../../native/fuzz/mutants/build.mjs';
import { mutants as all } from '../../native/fuzz/mutants/index.mjs';
import { judgeMutant } from '../../native/fuzz/mutants/judge.mjs';
import { killAll } from '../../native/fuzz/mutants/run.mjs';

let unchanged;

export const mutants = {
  name: 'mutants',
  what: `all ${all.length} faults in the port, a minute for each`,
  duration: '25 minutes',
  async prepare() {
    unchanged = await buildUnchanged();
  },
  pieces: () => all.map((mutant) => ({ ...mutant })),
  async run(mutant) {
    const { killed, falseAlarm, finding, operations } = await judgeMutant(mutant, unchanged);
    const text = killed ? '' : falseAlarm ? `a false alarm of ${finding.oracle}` : `survives: ${mutant.wrong}`;
    return { ok: killed, text, operations };
  },
  summary: (results) =>
    `${results.filter(({ ok }) => ok).length} killed, ${results.filter(({ ok }) => !ok).length} not`,
  stop: killAll,
};
