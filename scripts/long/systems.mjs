// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- systems: the addon compiles for systems that CI does not have, and runs where something can run it.
import { systems as names } from '../trial-builds.mjs';
import { runChild, stopChildren } from './children.mjs';

export const systems = {
  name: 'systems',
  what: 'the addon for arm64, s390x, musl and Windows',
  duration: '10 minutes',
  prepare: () => {},
  pieces: () => names.map((name) => ({ id: name })),
  async run({ id }) {
    const { status, stdout, stderr } = await runChild(process.execPath, ['scripts/trial-builds.mjs', id, '--all']);
    const isRun = /^ +\d+ passed, 0 failed$/m.test(stdout);
    return { ok: status === 0, text: status === 0 ? '' : `${stdout}${stderr}`.trim(), isRun };
  },
  summary: (results) => `${results.filter(({ isRun }) => isRun).length} replay the recordings`,
  stop: stopChildren,
};
