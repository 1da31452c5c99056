// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run mutants -- --set holds: undoes each mend of test/holds/ in a copy of the repository, one at a time, and runs the
 * test that must fail then. A mend whose test passes without it is one that nobody would miss.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { copyRepository } from './copy.mjs';
import { Failure, root, runQuietly } from './steps.mjs';

const folder = join(root, 'test/holds');

/** All mends, with the file that lists each; those that are documentation only are among them. */
async function readHolds() {
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.mjs'))
    .sort();
  const lists = await Promise.all(files.map((name) => import(pathToFileURL(join(folder, name)).href)));
  return lists.flatMap(({ holds }, i) => holds.map((hold) => ({ ...hold, part: files[i].replace('.mjs', '') })));
}

const editsOf = ({ edits, file, from, to }) => edits ?? [{ file, from, to }];

/** The text without the mend. */
function undone(hold, text, { file, from, to }) {
  const parts = text.split(from);
  if (parts.length !== 2)
    throw new Failure(
      `test/holds/${hold.part}.mjs, ${hold.finding}: ${file} has this ${parts.length - 1} times, not once:\n${from}`,
    );
  return parts.join(to);
}

/** Headings, and places that are named. */
function anchorsOf(text) {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id)];
}

/** Throws if a mend names something that is not there. Runs nothing. */
export async function checkHolds() {
  const holds = await readHolds();
  for (const hold of holds) {
    if (hold.documentation !== undefined) {
      const [file, anchor] = hold.documentation.split('#');
      if (anchor && !anchorsOf(readFileSync(join(root, file), 'utf8')).includes(anchor))
        throw new Failure(`test/holds/${hold.part}.mjs, ${hold.finding}: ${file} has no #${anchor}`);
      continue;
    }
    if (!hold.test === !hold.ctest)
      throw new Failure(`test/holds/${hold.part}.mjs, ${hold.finding}, ${hold.what}: there must be a test, or a ctest`);
    for (const edit of editsOf(hold)) undone(hold, readFileSync(join(root, edit.file), 'utf8'), edit);
  }
  return holds;
}

const C_TESTS = 'out/holds-core';

/** What has to be built for a mend's test. */
const buildsFor = ({ ctest }) =>
  ctest
    ? [
        ['cmake', ['-S', 'native/fuzz', '-B', C_TESTS]],
        ['cmake', ['--build', C_TESTS, '--parallel', '2', '--target', ctest]],
      ]
    : [[process.execPath, ['scripts/build.mjs']]];

function testOf({ ctest, test, name }) {
  if (ctest) return ['ctest', ['--test-dir', C_TESTS, '--output-on-failure', '-R', `^${ctest}$`, '--timeout', '60']];
  const named = name === undefined ? [] : ['-t', name];
  return [process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--reporter=dot', test, ...named]];
}

const keyOf = ({ ctest, test, name }) => [ctest, test, name].join('\0');

/** Answers { passed, output }. One that found no test has not passed, and is an error by itself. */
async function runTest(hold, cwd) {
  const { output, failure } = await runQuietly(...testOf(hold), { cwd });
  if (/No test files found|No tests were found|no tests/i.test(output) || /Tests\s+\d+ skipped \(/.test(output))
    throw new Failure(`${hold.finding}, ${hold.what}: there is no such test: ${keyOf(hold).replaceAll('\0', ' ')}`);
  return { passed: !failure, output };
}

/** Answers what went wrong, if something did. */
async function build(hold, cwd) {
  for (const [command, args] of buildsFor(hold)) {
    const { output, failure } = await runQuietly(command, args, { cwd });
    if (failure) return output;
  }
  return undefined;
}

/** Every test must pass with all mends in place, or its failing says nothing. */
async function requirePassing(holds, cwd) {
  const tests = new Map(holds.map((hold) => [keyOf(hold), hold]));
  /** C tests; undefined: the package. */
  const built = new Set();
  for (const hold of tests.values()) {
    const broken = built.has(hold.ctest) ? undefined : await build(hold, cwd);
    if (broken !== undefined) throw new Failure(`With all mends in place this cannot be built:\n${broken}`);
    built.add(hold.ctest);
    const { passed, output } = await runTest(hold, cwd);
    if (!passed)
      throw new Failure(`With all mends in place this fails already: ${testOf(hold)[1].join(' ')}\n${output}`);
  }
}

/** Undoes one mend. Answers whether its test failed. */
async function undo(hold, cwd) {
  const before = new Map();
  for (const edit of editsOf(hold)) {
    const path = join(cwd, edit.file);
    const text = readFileSync(path, 'utf8');
    if (!before.has(path)) before.set(path, text);
    writeFileSync(path, undone(hold, text, edit));
  }
  try {
    const broken = await build(hold, cwd);
    if (broken !== undefined)
      throw new Failure(`${hold.finding}, ${hold.what}: undone, it cannot be built:\n${broken}`);
    return !(await runTest(hold, cwd)).passed;
  } finally {
    for (const [path, text] of before) writeFileSync(path, text);
  }
}

const line = ({ finding, what }, state) => `${state.padEnd(10)}${finding.padEnd(14)}${what}`;

/** Runs all mends, or those whose finding or part is in `only`. Answers whether each was missed. */
export async function runHolds({ only = [], json = false }) {
  const all = await checkHolds();
  const chosen = all.filter(({ finding, part }) => only.length === 0 || only.includes(finding) || only.includes(part));
  if (chosen.length === 0) throw new Failure(`No mend is of ${only.join(', ')}; test/holds/ lists them.`);
  const [documented, undoable] = [
    chosen.filter(({ documentation }) => documentation !== undefined),
    chosen.filter(({ documentation }) => documentation === undefined),
  ];
  const cwd = copyRepository('holds');
  if (!json) console.log(`${undoable.length} mends; first their tests with all of them in place`);
  await requirePassing(undoable, cwd);
  const results = [];
  for (const hold of undoable) {
    const missed = await undo(hold, cwd);
    results.push({ ...hold, missed });
    if (!json) console.log(line(hold, missed ? 'missed' : 'SURVIVES'));
  }
  if (json) console.log(JSON.stringify(results, null, 2));
  else for (const hold of documented) console.log(line({ ...hold, what: hold.documentation }, 'page'));
  const { length: missed } = results.filter((result) => result.missed);
  if (!json) console.log(`${missed} missed, ${results.length - missed} survived, ${documented.length} only documented`);
  return missed === results.length;
}
