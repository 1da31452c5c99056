// SPDX-License-Identifier: GPL-2.0-only
// What every script here shares: run commands as steps, one line each, and fail with words that help.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository. Every step runs here, wherever the script was called from. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** A step that takes longer than this shows its output while it runs. */
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

/**
 * Runs one command as a step: prints its title, then how long it took. Its output is shown only when it fails or is slow.
 * Answers the output and, if the command failed, how.
 */
export async function attempt(title, command, args, { env = {}, cwd = root } = {}) {
  process.stdout.write(title.padEnd(TITLE_WIDTH));
  const started = performance.now();
  const { output, shown, failure } = await collect(command, args, {
    cwd,
    env: { ...process.env, ...environment, ...env },
  });
  const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`.padStart(8);
  process.stdout.write(shown ? `${title.padEnd(TITLE_WIDTH)}${seconds}\n` : `${seconds}\n`);
  if (failure && !shown) process.stdout.write(`${output.trimEnd()}\n`);
  return { output, failure };
}

/** The same for a command without which nothing can go on; `hint` says what helps if it fails. Answers the output. */
export async function step(title, command, args, { hint = '', ...options } = {}) {
  const { output, failure } = await attempt(title, command, args, options);
  if (!failure) return output;
  const words = [`"${title}" failed: ${failure}.`, `  ${command} ${args.join(' ')}`, hint];
  throw new Failure(words.filter(Boolean).join('\n'));
}

function collect(command, args, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let shown = false;
    const slow = setTimeout(() => {
      shown = true;
      process.stdout.write(`\n${output}`);
    }, PATIENCE_MS);
    const take = (text) => {
      output += text;
      if (shown) process.stdout.write(text);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    const finish = (failure) => {
      clearTimeout(slow);
      resolve({ output, shown, failure });
    };
    child.on('error', (error) => finish(error.code === 'ENOENT' ? `there is no command ${command}` : error.message));
    child.on('close', (status, signal) =>
      finish(status === 0 ? '' : signal ? `ended by ${signal}` : `exit status ${status}`),
    );
  });
}
