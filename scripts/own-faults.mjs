// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/own-faults.mjs [NAME…]: puts each fault of test/own-code/faults/ into a copy of Linux 6.1, builds it as a code, and
 * lets the fuzzer find it. What no oracle finds is a hole in them.
 *
 *   NAME…       only these, those that are listed as not found too
 *   --write     the table of all of them goes into docs/own-code-faults.md too
 */
import { parseArgs } from 'node:util';
import { faults, unfound } from '../test/own-code/faults/index.mjs';
import { build } from './build.mjs';
import { stopChildren } from './long/children.mjs';
import { Failure, script } from './steps.mjs';

const SECONDS_UNCHANGED = 10;

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: { write: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    if (values.write && positionals.length > 0) throw new Error('--write is for all of them.');
    return { ...values, chosen: positionals.length > 0 ? positionals.map(find) : faults };
  } catch (error) {
    throw new Failure(`${error.message}\nThere are NAME… and --write.`);
  }
}

function find(name) {
  const fault = [...faults, ...unfound].find(({ id }) => id === name);
  if (!fault) throw new Failure(`There is no fault ${name}. They are listed in test/own-code/faults/.`);
  return fault;
}

const sayOf = ({ found, falseAlarm, finding, operations }) => {
  if (!finding) return 'not found';
  const by = [finding.oracle, finding.rule].filter(Boolean).join(', ');
  if (falseAlarm) return `a false alarm of ${by}: the unchanged code has it too`;
  return `${found ? 'found by' : 'ended by'} ${by}${operations === undefined ? '' : `, after ${operations} operations`}`;
};

function requireNothing({ finding }) {
  if (finding)
    throw new Failure(`There is something in the unchanged code already: ${finding.oracle}, ${finding.text}`);
}

await script(async () => {
  const { write, chosen } = readOptions();
  await build();
  const { judgeFault, judgeUnchanged, prepare, textWith } = await import('../test/own-code/faults/judge.mjs');
  const { writePage } = await import('../test/own-code/faults/page.mjs');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      stopChildren();
      process.exit(130);
    });
  await prepare();
  for (const fault of [...faults, ...unfound]) textWith(fault);
  if (chosen === faults) requireNothing(await judgeUnchanged(SECONDS_UNCHANGED));
  const results = [];
  for (const fault of chosen) {
    const result = await judgeFault(fault);
    results.push(result);
    console.log(`${result.id}: ${sayOf(result)}`);
  }
  const missed = results.filter(({ found }) => !found);
  console.log(`${results.length - missed.length} found, ${missed.length} not`);
  if (write) writePage(results);
  if (missed.length > 0) process.exitCode = 1;
});
