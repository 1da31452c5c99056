// SPDX-License-Identifier: GPL-2.0-only
// What scripts/api/run.mjs has found, for people: its JSON comes from standard input.
import { text } from 'node:stream/consumers';
import { summaryOf, sumOf } from './histogram.mjs';

const ran = JSON.parse(await text(process.stdin));
console.log(
  ran.counts
    ? summaryOf(sumOf([ran.counts]))
    : `${ran.workers} workers were ended at random, after ${ran.calls.toLocaleString('en')} calls`,
);
for (const problem of ran.problems) console.log(problem);
if (ran.problems.length > 0) process.exitCode = 1;
