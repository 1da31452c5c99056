// SPDX-License-Identifier: GPL-2.0-only
// npm test: installs, builds, and runs every test. The last line is "N passed, N failed".
import { readFileSync } from 'node:fs';
import { build } from './build.mjs';
import { attempt, script } from './steps.mjs';
import { testCore } from './test-core.mjs';

async function testTypeScript() {
  const results = 'build/vitest.json';
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`];
  const { failure } = await attempt('addon and TypeScript tests', 'node_modules/.bin/vitest', ['run', ...reporters]);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
  if (numPendingTests > 0) console.log(`${numPendingTests} of these tests were skipped.`);
  // A test file that cannot even be loaded has no tests to count.
  return { passed: numPassedTests, failed: numFailedTests || (failure ? 1 : 0) };
}

async function replayRecordings() {
  const { output } = await attempt('replay recordings', process.execPath, ['dist/cli/main.js', 'replay', 'recordings']);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [0, 0, 1];
  return { passed: Number(passed), failed: Number(failed) };
}

await script(async () => {
  await build();
  const core = await testCore();
  const typeScript = await testTypeScript();
  const recordings = await replayRecordings();
  const sum = (key) => core[key] + typeScript[key] + recordings[key];
  const line = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
  console.log(`\ncore        ${line(core)}\nTypeScript  ${line(typeScript)}\nrecordings  ${line(recordings)}`);
  console.log(line({ passed: sum('passed'), failed: sum('failed') }));
  if (sum('failed') > 0) process.exitCode = 1;
});
