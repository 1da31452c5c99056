// SPDX-License-Identifier: GPL-2.0-only
/**
 * Runs the command line of dist/: `await cli(args)` in this process, which is cheap and says no where a process is needed;
 * `cliProcess(args)`, `startCli(args)`, `shell(command)` and `cliOnTerminal(args)` as users do, for what is about processes: signals,
 * pipes, terminals, limits of memory, options of Node, another addon.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { runInProcess } from './in-process.js';

/** Node-gyp needs it. What PATH has may be a shim that takes longer than the command line does. */
export const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

/** The command line, as Node runs it. */
export const cliPath = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
if (!existsSync(cliPath)) throw new Error('dist/ is not there: build first, with npm run build');

export const recordingsDirectory = fileURLToPath(new URL('../../recordings', import.meta.url));

export interface Outcome {
  readonly status: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** Colours depend on the environment: tests start from none of it. */
export const environment = (more: Record<string, string> = {}) => {
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...rest } = process.env;
  return { ...rest, TERM: 'xterm', ...more };
};

/** In this process. */
export async function cli(args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { input = '', env = {}, cwd = process.cwd() } = options;
  return { ...(await runInProcess(args, { env: environment(env), cwd, input }, Object.keys(env))), signal: null };
}

/** In a process of its own. */
export function cliProcess(args: readonly string[], { input = '', env, cwd }: RunOptions = {}): Outcome {
  return spawnSync(process.execPath, [cliPath, ...args], {
    input,
    env: environment(env),
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
}

/** The same, still running. */
export function startCli(args: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, [cliPath, ...args], { env: environment(env) });
}

/** How a process that was started ends, and what it says until then. */
export async function outcomeOf(child: ChildProcessWithoutNullStreams): Promise<Outcome> {
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text) => {
      output[name] += text;
    });
  }
  const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { status, signal, ...output };
}

/** Waits until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** What is in a folder, which may not be there yet, or not any more. */
export function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Runs a shell command in which $CLI is the command line. */
export function shell(command: string, env: Record<string, string> = {}): Outcome {
  return spawnSync('bash', ['-c', command], {
    env: environment({ CLI: `${process.execPath} ${cliPath}`, ...env }),
    encoding: 'utf8',
  });
}

/**
 * Runs the command line with a terminal for standard error and, unless that goes to a file, standard output; what
 * is written to the terminal is in `stdout`.
 */
export function cliOnTerminal(
  args: readonly string[],
  { env, cwd, stdoutTo = '' }: { env?: Record<string, string>; cwd?: string; stdoutTo?: string } = {},
): Outcome {
  const program = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
  const redirect = 'out=$1; shift; if [ -n "$out" ]; then exec "$@" >"$out"; else exec "$@"; fi';
  const command = ['-c', program, 'bash', '-c', redirect, 'bash', stdoutTo, process.execPath, cliPath, ...args];
  return spawnSync(python, command, { env: environment(env), cwd, encoding: 'utf8' });
}

/** A folder for a test file's own files, removed when its tests are over. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 's390-gmap-cli-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  return directory;
}
