// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs the steps of steps.json in as many lanes as there are CPUs, each as soon as those that it comes after have passed.
 * What a step writes is shown in one piece when it has ended, and is in out/ci/ while it runs. The first step that fails
 * ends the run with its status; so does a signal.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const LANES = Math.max(2, availableParallelism());
/** What is still there then, is killed. */
const GRACE_MS = 3000;
const logs = 'out/ci';
const { steps: all, budget } = JSON.parse(readFileSync('.ci/steps.json', 'utf8'));
/** The time that a command took, in seconds: bash says it, behind everything else. */
const TIMES = /CI-TIMES (\S+) (\S+)\n$/;

const started = performance.now();
const secondsSince = (start) => Math.round((performance.now() - start) / 1000);
const running = new Map();
let ended = false;

function chooseSteps(titles) {
  const unknown = titles.find((title) => !all.some((step) => step.title === title));
  if (unknown !== undefined) {
    console.error(`There is no step "${unknown}". There are:\n${all.map(({ title }) => `  ${title}`).join('\n')}`);
    process.exit(2);
  }
  return titles.length > 0 ? all.filter(({ title }) => titles.includes(title)) : all;
}

const steps = chooseSteps(process.argv.slice(2));
const environment = {
  ...process.env,
  CI: 'true',
  NO_COLOR: '1',
  TIMEFORMAT: 'CI-TIMES %U %S',
  // Steps that run beside each other read what the step "build" made; none of them makes it again, but a copy elsewhere is built.
  ...(steps.some(({ title }) => title === 'build') ? { S390_GMAP_BUILT_FOLDER: process.cwd() } : {}),
};

/** A process group of its own, so that it can be ended with all that it started. */
function start(step) {
  const { S390_GMAP_BUILT_FOLDER, ...unbuilt } = environment;
  const child = spawn('bash', ['-c', `time { ${step.command}; }`], {
    detached: true,
    env: step.title === 'build' ? unbuilt : environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(`${logs}/${step.title.replace(/[^a-z0-9]+/gi, '-')}.log`);
  const job = { child, output: '', start: performance.now() };
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      job.output += text;
      log.write(text);
    });
  running.set(step.title, job);
  console.log(`--- ${step.title}: begins`);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ failure: error.message, status: 1 }));
    child.on('close', (status, signal) => resolve({ failure: howItEnded(status, signal), status: status ?? 1 }));
  });
}

const howItEnded = (status, signal) => (status === 0 ? '' : signal ? `ended by ${signal}` : `exit status ${status}`);

const signalAll = (name) => {
  for (const { child } of running.values()) {
    try {
      process.kill(-child.pid, name);
    } catch {
      // It has just ended.
    }
  }
};

/** Ends everything, and then this process. */
function endRun(status) {
  if (ended) return;
  ended = true;
  process.exitCode = status;
  signalAll('SIGTERM');
  setTimeout(() => signalAll('SIGKILL'), GRACE_MS).unref();
  setTimeout(() => process.exit(status), GRACE_MS + 1000).unref();
}

const done = [];

async function run(step) {
  const { failure, status } = await start(step);
  const job = running.get(step.title);
  running.delete(step.title);
  if (ended) return;
  const [, user = 0, system = 0] = TIMES.exec(job.output) ?? [];
  const cpu = Math.round(Number(user) + Number(system));
  const seconds = secondsSince(job.start);
  const output = job.output.replace(TIMES, '').trimEnd();
  console.log(`\n=== ${step.title}${output && `\n${output}`}`);
  if (failure) {
    console.log(`=== FAILED: ${step.title}: ${failure}, after ${seconds} s\n    ${step.command}`);
    const others = [...running.keys()];
    if (others.length > 0) console.log(`    ended before they were done: ${others.join(', ')}`);
    return endRun(status);
  }
  console.log(`=== ${step.title}: passed in ${seconds} s (${cpu} s of CPU)\n`);
  done.push({ title: step.title, seconds, cpu });
}

/** Those that a step waits for, as far as they are part of this run. */
const isReady = ({ after = [] }) =>
  after.every((title) => done.some((one) => one.title === title) || !steps.some((step) => step.title === title));

async function runAll() {
  const left = [...steps];
  const active = new Set();
  while (!ended && (left.length > 0 || active.size > 0)) {
    const next = active.size < LANES ? left.findIndex(isReady) : -1;
    if (next < 0) {
      await Promise.race(active);
      continue;
    }
    const job = run(...left.splice(next, 1)).finally(() => active.delete(job));
    active.add(job);
  }
  await Promise.all(active);
}

function printTable() {
  const width = Math.max(...done.map(({ title }) => title.length));
  console.log(`${'step'.padEnd(width)}  seconds  of CPU`);
  for (const { title, seconds, cpu } of done.toSorted((a, b) => b.cpu - a.cpu))
    console.log(`${title.padEnd(width)}  ${String(seconds).padStart(7)}  ${String(cpu).padStart(6)}`);
  const total = done.reduce((sum, { cpu }) => sum + cpu, 0);
  console.log(`\n=== everything passed in ${secondsSince(started)} s (${total} s of CPU, ${LANES} lanes)`);
}

function printBudget() {
  const later = Object.entries(budget.later);
  const most = later.reduce((sum, [, seconds]) => sum + seconds, budget.seconds);
  const parts = later.map(([name, seconds]) => `${name} ${seconds}`).join(', ');
  console.log(`    budget, on two cores: ${budget.seconds} s; later with ${parts}: ${most} s`);
}

for (const [name, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
  ['SIGHUP', 1],
])
  process.on(name, () => {
    console.log(`\n=== ${name}: ended ${[...running.keys()].join(', ') || 'nothing'}`);
    for (const [title, { output }] of running) console.log(`\n=== ${title}, so far\n${output.trimEnd()}`);
    endRun(128 + number);
  });

rmSync(logs, { recursive: true, force: true });
mkdirSync(logs, { recursive: true });
await runAll();
if (!ended) {
  printTable();
  printBudget();
}
