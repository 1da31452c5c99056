// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run test:own-code: Debian's own gmap.c of 6.1 and 6.12 in the port's place. Builds both, replays what real kernels of these
 * versions answered, fuzzes a little with all oracles and in threads under TSan, builds made-up trees in every way, looks for a few
 * faults, and runs the sessions of docs/own-code.md and docs/json.md.
 *
 * Fails where they cannot be built; OWN_CODE=skip leaves everything out, and says so.
 */
import { build } from './build.mjs';
import { recordingsOn } from './long/own-code-hosts.mjs';
import { testThreads } from './own-code-threads.mjs';
import { Failure, root, script, step } from './steps.mjs';

const KERNELS = ['6.1', '6.12'];
const RUNS = '20000';
/** A few faults that are found fast, each by another oracle. A third one, unmap-no-flush, is that of test/own-code/builds/workflow.test.ts. */
const FAULTS = ['protect-lock-order', 'free-table-leak'];
const seed = process.env.S390_GMAP_SEED ?? '1';

const cli = (title, ...args) => step(title, process.execPath, [`${root}dist/cli/main.js`, ...args]);
const lastLine = (output) => output.trimEnd().split('\n').at(-1);

/** All recordings once more, each with a snapshot. */
async function testSnapshots(kernel) {
  const { ok, text } = await recordingsOn('here', kernel);
  if (!ok) throw new Failure(`With snapshots: ${text}`);
  console.log(`${text}, each after a restore that brought every word back`);
}

async function testCode(kernel) {
  console.log(lastLine(await cli(`build ${kernel}'s own code`, 'kernel', 'build', kernel)));
  console.log(lastLine(await cli('replay its recordings', 'replay', `recordings/linux-${kernel}`, '--code', kernel)));
  console.log(
    lastLine(await cli('replay those of shadow gmaps', 'replay', `recordings/shadow-${kernel}`, '--code', kernel)),
  );
  console.log(lastLine(await cli('fuzz it', 'fuzz', '--code', kernel, '--runs', RUNS, '--seed', seed)));
  await testSnapshots(kernel);
}

await script(async () => {
  await build();
  if (process.env.OWN_CODE === 'skip') {
    console.log("NOT RUN: what a tree's own code does, since OWN_CODE=skip");
    return;
  }
  for (const kernel of KERNELS) await testCode(kernel);
  await testThreads(KERNELS);
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', 'test/own-code'];
  await step('what else it must do', process.execPath, vitest, { env: { OWN_CODE: 'required' } });
  await step('faults in it are found', process.execPath, ['scripts/own-faults.mjs', ...FAULTS]);
  for (const page of ['docs/own-code.md', 'docs/json.md'])
    await step(`sessions of ${page}`, process.execPath, ['scripts/doc-sessions.mjs', page]);
});
