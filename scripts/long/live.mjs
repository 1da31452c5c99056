// SPDX-License-Identifier: GPL-2.0-only
// npm run check:long -- live: random programs on booted kernels do what they do on the model.
import { Failure, root } from '../steps.mjs';
import { runChild, stopChildren } from './children.mjs';

const KERNELS = ['6.1', '6.12', '5.10'];
const PIECES = 10;
const PROGRAMS = 100;

/** The command line with --json. Answers what it printed. */
async function cli(...args) {
  const { status, stdout, stderr } = await runChild(process.execPath, [`${root}dist/cli/main.js`, ...args]);
  if (status === 0 || status === 1) return stdout;
  throw new Failure(`s390-gmap ${args.join(' ')} ended with status ${status}:\n${stderr}`);
}

export const live = {
  name: 'live',
  what: `${PIECES * PROGRAMS} random programs of 300 calls on each of ${KERNELS.join(', ')}`,
  duration: '20 minutes',
  /** One kernel at a time: each has a CPU of its own, and another one for what it is compared with. */
  jobs: 1,
  async prepare() {
    for (const kernel of KERNELS) await cli('kernel', 'install', kernel);
  },
  pieces: () =>
    KERNELS.flatMap((kernel) =>
      Array.from({ length: PIECES }, (_, i) => ({
        id: `${kernel}, from seed ${i * PROGRAMS + 1}`,
        kernel,
        seed: i * PROGRAMS + 1,
      })),
    ),
  async run({ kernel, seed }) {
    const report = JSON.parse(
      await cli('compare', '--random', `${PROGRAMS}`, '--seed', `${seed}`, '--live', kernel, '--json'),
    );
    const text = report.findings
      .map((finding) => `seed ${finding.seed}: ${JSON.stringify(finding.difference)}`)
      .join('; ');
    return { ok: report.failed === 0, text, calls: report.calls };
  },
  summary: (results) => `${results.reduce((all, { calls = 0 }) => all + calls, 0).toLocaleString('en')} calls`,
  stop: stopChildren,
};
