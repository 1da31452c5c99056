// SPDX-License-Identifier: GPL-2.0-only
/** Runs the programs that do the work. They end when this process ends, however that happens. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { StopSignal } from '../stop-signal.js';

/** A program that did not do what it was asked. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** Everything that it wrote. */
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.output = output;
  }

  /** The last lines of what it wrote: where programs say what went wrong. */
  lastLines(count: number): string {
    return this.output.trimEnd().split('\n').slice(-count).join('\n');
  }
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Readable;
  /** Called with each line of the standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** The same of the error output, in the end: what a program says that has done its work. */
  readonly onRemark?: (line: string) => void;
  /** Exit statuses that are no failure; default: 0. */
  readonly good?: readonly number[];
  /** Ends the program, with all that it has started; then it has failed. */
  readonly signal?: StopSignal | undefined;
}

/**
 * Starts a program that gets `signal` when this process ends: by an exception, Ctrl-C, SIGTERM or SIGKILL alike. The
 * kernel sees to that, so that nothing here has to handle signals.
 */
export function spawnTied(
  signal: 'KILL' | 'TERM',
  command: string,
  args: readonly string[],
  options: SpawnOptions,
): ChildProcess {
  return spawn('setpriv', ['--pdeathsig', signal, command, ...args], options);
}

/**
 * Runs a program to its end. Answers its standard output.
 *
 * @throws {CommandError} if it cannot be started, or fails.
 */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { cwd, input, onLine, onRemark, good = [0], signal } = options;
  // Messages are looked at by this package: they must not be translated.
  const env = { ...process.env, LC_ALL: 'C.UTF-8', ...options.env };
  // In a group of its own it can be ended with its children.
  const detached = signal !== undefined;
  const child = spawnTied('TERM', command, args, { cwd, env, detached, stdio: ['pipe', 'pipe', 'pipe'] });
  const unlink = endOnAbort(child, signal);
  return new Promise((resolve, reject) => {
    let output = '';
    let all = '';
    let remarks = '';
    let line = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      all += text;
      if (!onLine) return;
      const lines = (line + text).split('\n');
      line = lines.pop() ?? '';
      for (const complete of lines) onLine(complete);
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      all += text;
      remarks += text;
    });
    child.on('error', (error) => {
      unlink();
      reject(new CommandError(`cannot run ${command}: ${error.message}`, all));
    });
    child.on('close', (status, killedBy) => {
      unlink();
      if (onRemark) for (const remark of remarks.trimEnd().split('\n')) onRemark(remark);
      if (status !== null && good.includes(status)) resolve(output);
      else reject(new CommandError(`${command} ${killedBy ? `was ended by ${killedBy}` : `failed (${status})`}`, all));
    });
    // A program that ended without reading its input is told by its exit status.
    if (typeof input === 'object') feed(input, child.stdin as Writable);
    else child.stdin?.on('error', () => {}).end(input);
  });
}

/** Answers what takes the listener away again. */
function endOnAbort(child: ChildProcess, signal: StopSignal | undefined): () => void {
  const end = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGTERM');
    } catch {
      // it has ended
    }
  };
  signal?.addEventListener('abort', end);
  if (signal?.aborted) end();
  return () => signal?.removeEventListener('abort', end);
}

type Command = readonly [string, ...string[]];

/**
 * Runs `first | … | last`, without a shell that would outlive this process.
 *
 * @throws {CommandError} if the last one fails, as it does when its input is cut off.
 */
export async function runPiped(commands: readonly [Command, ...Command[]], signal?: StopSignal): Promise<void> {
  const sources: ChildProcess[] = [];
  let input: Readable | undefined;
  for (const [command, ...args] of commands.slice(0, -1)) {
    const child = spawnTied('TERM', command, args, { stdio: [input ? 'pipe' : 'ignore', 'pipe', 'ignore'] });
    child.on('error', () => {});
    if (input) feed(input, child.stdin as Writable);
    input = child.stdout as Readable;
    sources.push(child);
  }
  const [command, ...args] = commands[commands.length - 1] as Command;
  try {
    await run(command, args, { signal, ...(input && { input }) });
  } finally {
    // What nobody reads any more would be waited for.
    for (const child of sources) child.kill();
  }
}

/** A reader that has ended is told by what it did not write. */
function feed(from: Readable, to: Writable): void {
  to.on('error', () => {});
  from.pipe(to);
}
