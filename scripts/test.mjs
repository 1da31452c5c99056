// SPDX-License-Identifier: GPL-2.0-only
// npm test: installs, builds, and runs every test. The last line is "N passed, N failed".
import { mkdirSync, readFileSync } from 'node:fs';
import { build } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { findChromium } from './chromium.mjs';
import { attempt, root, script } from './steps.mjs';
import { testCore } from './test-core.mjs';

async function vitest(title, results, args = [], options = {}) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${root}${results}`];
  const { failure } = await attempt(title, 'node_modules/.bin/vitest', ['run', ...reporters, ...args], options);
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(results, 'utf8'));
  if (numPendingTests > 0) console.log(`${numPendingTests} of these tests were skipped.`);
  // A test file that cannot even be loaded has no tests to count.
  return { passed: numPassedTests, failed: numFailedTests || (failure ? 1 : 0) };
}

const testTypeScript = () => vitest('addon and TypeScript tests', 'out/vitest.json');

async function testExplorer() {
  const chromium = findChromium('the tests of the explorer');
  if (!chromium) return { passed: 0, failed: 0 };
  await buildExplorer();
  const config = ['--config', 'explorer/vitest.config.ts'];
  return vitest('the explorer in Chromium', 'out/vitest-explorer.json', config, {
    env: { S390_GMAP_CHROMIUM: chromium },
  });
}

async function replayRecordings() {
  const { output } = await attempt('replay recordings', process.execPath, ['dist/cli/main.js', 'replay', 'recordings']);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(output) ?? [0, 0, 1];
  return { passed: Number(passed), failed: Number(failed) };
}

await script(async () => {
  await build();
  mkdirSync('out', { recursive: true });
  const core = await testCore();
  const typeScript = await testTypeScript();
  const explorer = await testExplorer();
  const recordings = await replayRecordings();
  const sum = (key) => core[key] + typeScript[key] + explorer[key] + recordings[key];
  const line = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
  console.log(
    `\ncore        ${line(core)}\nTypeScript  ${line(typeScript)}\nexplorer    ${line(explorer)}\nrecordings  ${line(recordings)}`,
  );
  console.log(line({ passed: sum('passed'), failed: sum('failed') }));
  if (sum('failed') > 0) process.exitCode = 1;
});
