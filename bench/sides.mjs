// SPDX-License-Identifier: GPL-2.0-only
// The port beside 6.1's own code, case by case: instructions, which valgrind counts, and times, in rounds in which both have
// their turn. The code is compiled as kernels are (-O2), by the compiler of the port, and nothing looks at its stores.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { hasCommand } from '../scripts/setup.mjs';
import { root } from '../scripts/steps.mjs';
import { buildPortFuzzer, buildPortSide, FUZZER_MAIN, SIDE } from './build.mjs';
import { ROUNDS, summaryOf } from './interleaved.mjs';

const KERNEL = '6.1';
/** Runs of a case whose instructions are counted. */
const COUNTED = 64;
const MOST = 1.05;
const MOST_ON_AVERAGE = 1;
/** The case that hooks are measured by. */
const PROGRAM = '20 operations as a program';
const MOST_OF_HOOKS = 1.4;
/** Operations of a campaign. */
const FUZZED = 300_000;
const MOST_OF_FUZZING = 2;

/** Programs of Debian's linux-source, compiled as asked for. */
class Builds {
  #work;
  #code;
  #count = 0;

  constructor(work) {
    this.#work = work;
  }

  /** Builds the code itself, if it is not built. */
  async prepare() {
    const { buildKernel } = await import('../dist/kernel/index.js');
    ({ code: this.#code } = await buildKernel(KERNEL));
    return `Linux ${this.#code.version}`;
  }

  async program(files, compiler, hooks) {
    const { buildProgram } = await import('../dist/own-code/build/program.js');
    const work = join(this.#work, String(++this.#count));
    mkdirSync(work);
    const sources = files.map((file) => join(root, file));
    const { program } = await buildProgram(this.#code, work, { sources, compiler, counted: false, hooks });
    return program;
  }
}

/** Instructions of a run, all that it calls included. */
function instructions(program, number, work) {
  const options = ['--tool=callgrind', '--collect-atstart=no', '--toggle-collect=run_once'];
  const files = [`--callgrind-out-file=${join(work, 'callgrind.out')}`, `--log-file=${join(work, 'valgrind.log')}`];
  execFileSync('valgrind', [...options, ...files, program, '--run', String(number), String(COUNTED)]);
  const [, total] = /^summary: ([0-9]+)/m.exec(readFileSync(join(work, 'callgrind.out'), 'utf8'));
  return Number(total) / COUNTED;
}

/** A program that answers how long a case takes. */
class Side {
  #process;
  #answers;

  constructor(program) {
    this.#process = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  async time(number) {
    this.#process.stdin.write(`${number}\n`);
    const { value, done } = await this.#answers.next();
    if (done) throw new Error('a side has ended');
    return Number(value);
  }

  close() {
    this.#process.stdin.end();
  }
}

/** In each round the code, the port, and the code again. */
async function measureTimes(port, code, number) {
  const ns = [];
  const ratios = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await code.time(number);
    ns.push(await port.time(number));
    ratios.push(ns.at(-1) / ((before + (await code.time(number))) / 2));
  }
  return summaryOf(ns, ratios);
}

const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

function rowsOfInstructions(names, port, code, unit, work) {
  if (!hasCommand('valgrind')) {
    console.error(
      'NOT COUNTED: instructions, for valgrind is not installed (Debian, Ubuntu: apt-get install valgrind)',
    );
    return [];
  }
  const ratios = names.map((_, i) => instructions(port, i, work) / instructions(code, i, work));
  const row = (name, ratio, limit) => ({ name: `${name}: instructions`, ratio, unit, limit });
  return [
    ...names.map((name, i) => row(name, ratios[i], MOST)),
    row('geometric mean', geometricMean(ratios), MOST_ON_AVERAGE),
  ];
}

async function rowsOfTimes(names, portProgram, codeProgram, unit) {
  const [port, code] = [new Side(portProgram), new Side(codeProgram)];
  const rows = [];
  try {
    for (const [i, name] of names.entries()) rows.push({ name, unit, ...(await measureTimes(port, code, i)) });
  } finally {
    port.close();
    code.close();
  }
  return rows;
}

/** What telling of each store costs: the same program of 20 operations on the same code, with hooks and without. */
async function rowsOfHooks(builds, names) {
  const number = names.indexOf(PROGRAM);
  const rows = [];
  for (const [compiler, limit] of [
    ['clang', MOST_OF_HOOKS],
    ['gcc', undefined],
  ]) {
    const told = new Side(await builds.program(SIDE, compiler, true));
    const plain = new Side(await builds.program(SIDE, compiler, false));
    rows.push({
      name: `${PROGRAM}, stores told by ${compiler}`,
      unit: 'without',
      limit,
      ...(await measureTimes(told, plain, number)),
    });
    told.close();
    plain.close();
  }
  return rows;
}

/** Nanoseconds of CPU time for an operation that is fuzzed with all oracles. */
function fuzz(program) {
  const options = ['--kernel', KERNEL, '--seed', '1', '--total', String(FUZZED), '--pass', '--json'];
  const { operations, cpuSeconds } = JSON.parse(execFileSync(program, options, { encoding: 'utf8' }));
  return (1e9 * cpuSeconds) / operations;
}

async function rowOfFuzzing(builds, unit) {
  const [port, code] = [buildPortFuzzer(), await builds.program([FUZZER_MAIN], 'clang', true)];
  const side = (program) => ({ time: async () => fuzz(program) });
  const name = `${unit}: fuzzing, an operation, with all oracles`;
  return { name, unit: "the port's", limit: MOST_OF_FUZZING, ...(await measureTimes(side(code), side(port), 0)) };
}

/** A row for each case: its time, then its instructions, which are what is kept to; then what hooks cost, and fuzzing. */
export async function measureSides() {
  const work = mkdtempSync(join(tmpdir(), 's390-gmap-bench-'));
  try {
    const builds = new Builds(work);
    const unit = await builds.prepare();
    const port = buildPortSide();
    const code = await builds.program(SIDE, process.env.CC ?? 'gcc', false);
    const names = execFileSync(port, ['--list'], { encoding: 'utf8' }).trim().split('\n');
    return [
      ...(await rowsOfTimes(names, port, code, unit)),
      ...rowsOfInstructions(names, port, code, unit, work),
      ...(await rowsOfHooks(builds, names)),
      await rowOfFuzzing(builds, unit),
    ];
  } finally {
    rmSync(work, { recursive: true });
  }
}
