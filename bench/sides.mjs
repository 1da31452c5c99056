// SPDX-License-Identifier: GPL-2.0-only
// The port beside 6.1's own code, case by case: instructions, which valgrind counts, and times, in rounds in which both have
// their turn. The code is compiled as kernels are (-O2), by the compiler of the port, and nothing looks at its stores.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { hasCommand } from '../scripts/setup.mjs';
import { root } from '../scripts/steps.mjs';
import { buildPortSide, SIDE } from './build.mjs';
import { at, sorted } from './interleaved.mjs';

const KERNEL = '6.1';
const ROUNDS = 11;
/** Runs of a case whose instructions are counted. */
const COUNTED = 64;
const MOST = 1.05;
const MOST_ON_AVERAGE = 1;

/** The same cases on the code of Debian's linux-source. */
async function buildCodeSide(work) {
  const { buildKernel } = await import('../dist/kernel/index.js');
  const { buildProgram } = await import('../dist/own-code/build/program.js');
  const { code } = await buildKernel(KERNEL);
  const sources = SIDE.map((file) => join(root, file));
  const compiler = process.env.CC ?? 'gcc';
  const { program } = await buildProgram(code, work, { sources, compiler, counted: false, hooks: false });
  return { name: `Linux ${code.version}`, program };
}

/** Instructions of a run, all that it calls included. */
function instructions(program, number, work) {
  const options = ['--tool=callgrind', '--collect-atstart=no', '--toggle-collect=run_once'];
  const files = [`--callgrind-out-file=${join(work, 'callgrind.out')}`, `--log-file=${join(work, 'valgrind.log')}`];
  execFileSync('valgrind', [...options, ...files, program, '--run', String(number), String(COUNTED)]);
  const summary = execFileSync('grep', ['^summary:', join(work, 'callgrind.out')], { encoding: 'utf8' });
  return Number(summary.split(' ')[1]) / COUNTED;
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
  const ordered = sorted(ratios);
  return { ns: at(sorted(ns), 0.5), ratio: at(ordered, 0.5), p10: at(ordered, 0.1), p90: at(ordered, 0.9) };
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

/** A row for each case: its time, then its instructions, which are what is kept to. */
export async function measureSides() {
  const work = mkdtempSync(join(tmpdir(), 's390-gmap-bench-'));
  try {
    const port = buildPortSide();
    const code = await buildCodeSide(work);
    const names = execFileSync(port, ['--list'], { encoding: 'utf8' }).trim().split('\n');
    const times = await rowsOfTimes(names, port, code.program, code.name);
    return [...times, ...rowsOfInstructions(names, port, code.program, code.name, work)];
  } finally {
    rmSync(work, { recursive: true });
  }
}
