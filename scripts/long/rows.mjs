// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- rows: with a kernel or an operation more all tests pass, see scripts/rows.mjs.
import { allChecks, copyWith, rows } from '../rows.mjs';
import { runChild, stopChildren } from './children.mjs';

export const rowChecks = {
  name: 'rows',
  what: 'all tests of a copy that has a kernel more, and of one that has an operation more',
  duration: '12 minutes',
  jobs: 1,
  async prepare() {},
  pieces: () => rows.map((row) => ({ id: row.name, row })),
  async run({ row }) {
    const cwd = copyWith(row);
    for (const [title, command, args] of allChecks) {
      const { status, stdout, stderr } = await runChild(command, args, { cwd });
      if (status !== 0) return { ok: false, text: `${title} in ${cwd}:\n${(stdout + stderr).slice(-4000)}` };
    }
    return { ok: true, text: '' };
  },
  summary: (results) => `${results.filter(({ ok }) => ok).length} passed`,
  stop: stopChildren,
};
