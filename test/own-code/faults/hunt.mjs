// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzzes a built code until something is found, in a process of its own: the code may do anything to it.
 *
 *   node hunt.mjs '{"code": "faulty", "unchanged": "unchanged", "seconds": 60, "against": "unchanged"}'
 *
 * `seconds`: of CPU time. Prints { finding, operations, seconds, falseAlarm } as JSON.
 */
import { Fuzzer } from '../../../dist/fuzz/index.js';

const SLICE = 256;
const SEED = 1n;
const { code, unchanged, seconds, against } = JSON.parse(process.argv[2]);
const started = process.cpuUsage();

function secondsUsed() {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

/** Whether the unchanged code has it too: then it is an oracle's mistake. */
function isFalseAlarm({ input, oracle }) {
  if (oracle === 'other') return false;
  const fuzzer = new Fuzzer({ code: unchanged });
  return fuzzer.judge(input) !== undefined;
}

const fuzzer = new Fuzzer({ code, seed: SEED, ...(against && { against }) });
while (fuzzer.stats.findings === 0 && secondsUsed() < seconds) fuzzer.run(SLICE);
const found = fuzzer.finding(0);
const { oracle, rule, op, text } = found ?? {};
const answer = {
  finding: found && { oracle, rule, op, text },
  operations: fuzzer.stats.operations,
  seconds: secondsUsed(),
  falseAlarm: found !== undefined && code !== unchanged && isFalseAlarm(found),
};
console.log(JSON.stringify(answer));
