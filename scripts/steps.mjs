// SPDX-License-Identifier: GPL-2.0-only
// What every script here shares: run commands as steps, one line each, and fail with words that help.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The repository. Every step runs here, wherever the script was called from. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** How often it is said which steps still run. */
const PATIENCE_MS = 30_000;
const TITLE_WIDTH = 34;
/**
 * What every command finds in its environment. It writes into a pipe: whether colours suit is a question of where this
 * script writes. And under `npm run --silent` npm would not even say why it failed.
 */
const environment = { npm_config_loglevel: 'error', ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }) };

/** Something that the reader has to put right; printed without a stack. */
export class Failure extends Error {}

/** Whether the module of this URL is the script that was started, not one that it imports. */
export const isMain = (url) => realpathSync(process.argv[1]) === fileURLToPath(url);

/** Runs `main`, prints what went wrong, and sets the exit status. */
export async function script(main) {
  process.chdir(root);
  try {
    await main();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

/** The steps that run now: title, and when they began. */
const running = new Map();

/** As long as a step runs: it would keep the process alive. */
let reminder;

function begin(title) {
  running.set(title, performance.now());
  reminder ??= setInterval(() => {
    const steps = [...running].map(([title, started]) => ({ title, seconds: Math.round(secondsSince(started)) }));
    for (const { title, seconds } of steps) if (seconds >= PATIENCE_MS / 1000) console.log(`… ${title}: ${seconds} s`);
  }, PATIENCE_MS);
}

/** Answers how many seconds it took. */
function end(title) {
  const seconds = secondsSince(running.get(title));
  running.delete(title);
  if (running.size > 0) return seconds;
  clearInterval(reminder);
  reminder = undefined;
  return seconds;
}

const secondsSince = (started) => (performance.now() - started) / 1000;

/**
 * Runs one command as a step: prints its title and how long it took, when it has ended, and what it wrote, if it failed. So
 * steps may run beside each other. Answers the output and, if the command failed, how.
 */
export async function attempt(title, command, args, { env = {}, cwd = root } = {}) {
  begin(title);
  const { output, failure } = await collect(command, args, { cwd, env: { ...process.env, ...environment, ...env } });
  console.log(`${title.padEnd(TITLE_WIDTH)}${end(title).toFixed(1).padStart(7)} s`);
  if (failure) console.log(output.trimEnd());
  return { output, failure };
}

/** The same for a command without which nothing can go on; `hint` says what helps if it fails. Answers the output. */
export async function step(title, command, args, { hint = '', ...options } = {}) {
  const { output, failure } = await attempt(title, command, args, options);
  if (!failure) return output;
  const words = [`"${title}" failed: ${failure}.`, `  ${command} ${args.join(' ')}`, hint];
  throw new Failure(words.filter(Boolean).join('\n'));
}

/** Runs a command without a word. Answers what it wrote and, if it failed, how. */
export const runQuietly = (command, args, { cwd = root } = {}) =>
  collect(command, args, { cwd, env: { ...process.env, ...environment } });

function collect(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const take = (text) => {
      output += text;
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const finish = (failure) => resolve({ output, failure });
    child.on('error', (error) => finish(error.code === 'ENOENT' ? `there is no command ${command}` : error.message));
    child.on('close', (status, signal) =>
      finish(status === 0 ? '' : signal ? `ended by ${signal}` : `exit status ${status}`),
    );
  });
}

/** Does some things beside each other. Answers what they answer; if one fails, when all have ended. */
export async function beside(...works) {
  const results = await Promise.allSettled(works.map((work) => work()));
  const failed = results.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
  return results.map(({ value }) => value);
}

/** Does the work for each item, as many at a time as there are CPUs. */
export async function inParallel(items, work, jobs = availableParallelism()) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await beside(...Array.from({ length: jobs }, () => worker));
}
