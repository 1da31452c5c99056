// SPDX-License-Identifier: GPL-2.0-only
// The fuzzer beside the bare interpreter, fast-check and libFuzzer.
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { commands, setup } from '../dist/fast-check/index.js';
import { Fuzzer, oracles } from '../dist/fuzz/index.js';
import { Machine } from '../dist/index.js';
import { buildFuzzBench, buildGuidedFuzzers } from './build.mjs';

const ROUNDS = 5;
const OPERATIONS = 20;
const RUNS = 50_000;

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

function seconds(work) {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

/** Rows as run.mjs prints them. */
export async function measureFuzzing() {
  return [...besideInterpreter(), ...besideFastCheck(), ...besideLibFuzzer()];
}

function besideInterpreter() {
  return JSON.parse(execFileSync(buildFuzzBench(), { encoding: 'utf8' })).cases;
}

/** Programs of 20 operations, without and with oracles; a model run of s390-gmap/fast-check has its own way of judging. */
function besideFastCheck() {
  const machine = new Machine();
  const programs = [
    { name: 'fuzzing, a program of 20 operations, without oracles', oracles: [], limit: 1 / 20 },
    { name: 'fuzzing, a program of 20 operations, with all oracles', oracles, limit: 1 / 2 },
  ];
  try {
    return programs.map(({ name, limit, ...options }) => ({
      name,
      limit,
      unit: "fast-check's model run of as many",
      ...compareWithModelRuns(options, machine),
    }));
  } finally {
    machine.close();
  }
}

function compareWithModelRuns(options, machine) {
  const fuzzer = new Fuzzer({ ...options, maxOperations: OPERATIONS, failEach: false });
  const ns = [];
  const ratios = [];
  fuzzer.run(30_000);
  for (let round = 0; round < ROUNDS; round++) {
    const before = fuzzer.stats;
    const own = seconds(() => fuzzer.run(10_000));
    const operations = fuzzer.stats.operations - before.operations;
    const [theirs, theirOperations] = modelRuns(machine, round);
    ns.push((own / operations) * OPERATIONS * 1e9);
    ratios.push(own / operations / (theirs / theirOperations));
  }
  fuzzer.close();
  return { ns: median(ns), ratio: median(ratios) };
}

/** Seconds, and how many commands were run. */
function modelRuns(machine, seed) {
  let count = 0;
  const runs = fc.property(commands({ maxCommands: OPERATIONS }), (some) => {
    count += [...some].length;
    fc.modelRun(() => setup(machine), some);
  });
  return [seconds(() => fc.assert(runs, { numRuns: 1000, seed })), count];
}

/** Both guided by the edges of the core, without oracles. Needs clang and its libFuzzer. */
function besideLibFuzzer() {
  if (spawnSync('clang', ['--version']).status !== 0) {
    console.error('not measured, for clang is not there: the fuzzer beside libFuzzer');
    return [];
  }
  const { own, theirs } = buildGuidedFuzzers();
  const ns = [];
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const us = JSON.parse(execFileSync(own, ['--runs', String(RUNS)], { encoding: 'utf8' })).seconds;
    const them = libFuzzer(theirs, RUNS + WARM_UP) - libFuzzer(theirs, WARM_UP);
    ns.push((us / RUNS) * 1e9);
    ratios.push(us / them);
  }
  return [
    {
      name: 'fuzzing, a program, guided by edges of the code',
      ns: median(ns),
      ratio: median(ratios),
      unit: "libFuzzer's on the same target",
      limit: 2,
    },
  ];
}

const WARM_UP = 30_000;

function libFuzzer(program, runs) {
  const env = { ...process.env, S390_GMAP_ORACLES: 'bug' };
  return seconds(() => {
    execFileSync(program, [`-runs=${runs}`, '-seed=1', '-max_len=1024', '-print_final_stats=0'], {
      env,
      stdio: 'ignore',
    });
  });
}
