// SPDX-License-Identifier: GPL-2.0-only
// npm test: installs, builds, and runs every test. The last line is "N passed, N failed".
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { build } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { findChromium } from './chromium.mjs';
import { attempt, beside, Failure, root, script } from './steps.mjs';
import { testCore } from './test-core.mjs';

const RECORDINGS = 'test/recordings.test.ts';

/** Tests that take as long as all others together, and have a command of their own. */
const ELSEWHERE = {
  'test/**/*.holds.test.ts': 'npm run test:holds',
  'test/own-code/**': 'npm run test:own-code',
};

/** Answers the reports of its files; a file that cannot even be loaded has no tests to count. */
async function vitest(title, results, args = [], options = {}) {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${root}${results}`];
  rmSync(results, { force: true });
  const { output } = await attempt(title, 'node_modules/.bin/vitest', ['run', ...reporters, ...args], options);
  // Tests that are skipped, with the reason.
  for (const line of output.split('\n').filter((line) => line.includes('↓'))) console.log(`NOT RUN: ${line.trim()}`);
  if (!existsSync(results)) throw new Failure(`"${title}" ended without a report.`);
  return JSON.parse(readFileSync(results, 'utf8')).testResults;
}

/** How many of the tests of these files passed, failed, and were skipped. */
function count(files) {
  const tests = files.flatMap(({ assertionResults }) => assertionResults);
  const { length: passed } = tests.filter(({ status }) => status === 'passed');
  const { length: failed } = tests.filter(({ status }) => status === 'failed');
  // A file or a beforeAll() that fails leaves tests that nobody ran.
  const { length: broken } = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some(({ status: one }) => one === 'failed'),
  );
  return { passed, failed: failed + broken, skipped: tests.length - passed - failed };
}

async function testTypeScript() {
  const excluded = Object.keys(ELSEWHERE).flatMap((files) => ['--exclude', files]);
  const files = await vitest('addon and TypeScript tests', 'out/vitest.json', excluded);
  for (const [files, command] of Object.entries(ELSEWHERE)) console.log(`NOT RUN: ${files}: ${command} does that`);
  const recordings = files.filter(({ name }) => name.endsWith(RECORDINGS));
  const others = files.filter(({ name }) => !name.endsWith(RECORDINGS));
  return { TypeScript: count(others), recordings: count(recordings) };
}

async function testExplorer() {
  const chromium = findChromium('the tests of the explorer');
  if (!chromium) return { passed: 0, failed: 0, skipped: 0 };
  await buildExplorer();
  const config = ['--config', 'explorer/vitest.config.ts'];
  const env = { S390_GMAP_CHROMIUM: chromium };
  return count(await vitest('the explorer in Chromium', 'out/vitest-explorer.json', config, { env }));
}

/** Most of these tests wait for others of their processes: more of them than CPUs run at a time. */
async function testAll() {
  const [typeScript, others] = await beside(testTypeScript, async () => ({
    core: await testCore(),
    explorer: await testExplorer(),
  }));
  return { ...typeScript, ...others };
}

await script(async () => {
  await build();
  mkdirSync('out', { recursive: true });
  const results = await testAll();
  const sum = (key) => Object.values(results).reduce((all, result) => all + (result[key] ?? 0), 0);
  const line = ({ passed, failed, skipped }) =>
    `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
  console.log();
  for (const part of ['core', 'TypeScript', 'recordings', 'explorer'])
    console.log(`${part.padEnd(12)}${line(results[part])}`);
  console.log(line({ passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') }));
  if (sum('failed') > 0) process.exitCode = 1;
});
