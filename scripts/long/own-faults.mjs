// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- own-faults: scripts/own-faults.mjs, which can be stopped and resumed.
import { faults as all } from '../../test/own-code/faults/index.mjs';
import { stopChildren } from './children.mjs';

let judge;

export const ownFaults = {
  name: 'own-faults',
  what: `all ${all.length} faults in a copy of Linux 6.1, a minute for each`,
  duration: '15 minutes',
  jobs: 1,
  async prepare() {
    judge = await import('../../test/own-code/faults/judge.mjs');
    await judge.prepare();
  },
  pieces: () => all,
  async run(fault) {
    const { found, falseAlarm, finding, operations } = await judge.judgeFault(fault);
    const text = found ? '' : falseAlarm ? `a false alarm of ${finding.oracle}` : `not found: ${fault.wrong}`;
    return { ok: found, text, operations };
  },
  summary: (results) => `${results.filter(({ ok }) => ok).length} found, ${results.filter(({ ok }) => !ok).length} not`,
  stop: stopChildren,
};
