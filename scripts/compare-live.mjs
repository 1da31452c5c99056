// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run test:live: the model against a real Linux 6.1 in one boot: recorded programs, those of docs/gallery.md and of test/peer-suites/, then
 * random ones; then what the module observes against crash dumps of that kernel. Where it cannot be had (no Debian packages, no QEMU), it says so and is no failure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { build } from './build.mjs';
import { root, script } from './steps.mjs';

const KERNEL = '6.1';
/** Recordings whose programs every kernel survives: a death costs a boot. */
const PROGRAMS = /^(?:[a-e]|exit|noreserve)_.*\.trace$/;
/** Traces of test/peer-suites/ that are for another kernel alone. */
const OF_OTHERS = /_(?!6\.1\.)\d+\.\d+\.trace$/;
const RANDOM = { programs: 70, seed: 1, length: 300 };
/** After each, two dumps. */
const DUMPED = { programs: 2, seed: 1000, length: 300, observer: 'dump' };
/** What is missing here is no fault of the model's. */
const NOT_TO_BE_HAD = ['ERR_TOOLS_MISSING', 'ERR_DOWNLOAD'];

function readPrograms(parseTrace) {
  const below = (folder, names) =>
    readdirSync(`${root}${folder}`)
      .filter((name) => names.test(name))
      .map((name) => `${folder}/${name}`);
  const files = [...below('recordings/linux-4.7', PROGRAMS), ...below('examples/traces', /\.trace$/)];
  const peers = below('test/peer-suites/traces', /\.trace$/).filter((file) => !OF_OTHERS.test(file));
  const read = (file) => parseTrace(readFileSync(`${root}${file}`, 'utf8'), file);
  return [...files.map(read), ...peers.map(read).filter(hasSmallPages)];
}

/** Large pages are the model's alone: the module has none. */
const hasSmallPages = ({ items }) => !items.some(({ name }) => name === 'mmap_huge');

async function compareLive() {
  const { parseTrace } = await import(`${root}dist/index.js`);
  const kernels = await import(`${root}dist/kernel/index.js`);
  const started = performance.now();
  const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
  await kernels.installKernel(KERNEL);
  console.log(`installed after ${seconds()}`);
  const session = await kernels.Session.open(await kernels.useKernel(KERNEL));
  console.log(`booted after ${seconds()}`);
  try {
    let { passed, failed } = { passed: 0, failed: 0 };
    for await (const { difference, recording } of kernels.compareEach(session, readPrograms(parseTrace))) {
      if (difference) console.log('FAIL', recording.source, difference);
      if (difference) failed++;
      else passed++;
    }
    const random = await kernels.compareRandom(session, RANDOM);
    for (const { seed, comparison } of random.findings) console.log('FAIL seed', seed, comparison.difference);
    passed += random.passed;
    failed += random.failed;
    console.log(`${random.calls} random calls at ${Math.round(random.calls / random.seconds)} a second`);
    const dumped = await kernels.compareRandom(session, DUMPED);
    for (const { seed, comparison } of dumped.findings) console.log('FAIL dump of seed', seed, comparison.difference);
    passed += dumped.passed;
    failed += dumped.failed;
    console.log(`${2 * DUMPED.programs} dumps in ${dumped.seconds.toFixed(1)} s; ${session.boots} boot`);
    console.log(`done after ${seconds()}`);
    console.log(`${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await session.close();
  }
}

await script(async () => {
  await build();
  try {
    await compareLive();
  } catch (error) {
    if (!NOT_TO_BE_HAD.includes(error.code)) throw error;
    const line = '='.repeat(80);
    console.log(`${line}\nNOT COMPARED with a real kernel: it cannot be had here.\n${error.message}\n${line}`);
  }
});
