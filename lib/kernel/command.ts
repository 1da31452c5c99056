// SPDX-License-Identifier: GPL-2.0-only
/** Runs the programs that do the work. They end when this process ends, however that happens. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

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
 * @throws {CommandError} if it cannot be started, or its exit status is not 0.
 */
export function run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { cwd, input, onLine } = options;
  // Messages are looked at by this package: they must not be translated.
  const env = { ...process.env, LC_ALL: 'C.UTF-8', ...options.env };
  const child = spawnTied('TERM', command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let output = '';
    let all = '';
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
    });
    child.on('error', (error) => reject(new CommandError(`cannot run ${command}: ${error.message}`, all)));
    child.on('close', (status, killedBy) => {
      if (status === 0) resolve(output);
      else reject(new CommandError(`${command} ${killedBy ? `was ended by ${killedBy}` : `failed (${status})`}`, all));
    });
    // A program that ended without reading its input is told by its exit status.
    child.stdin?.on('error', () => {});
    if (typeof input === 'object') input.pipe(child.stdin as Writable);
    else child.stdin?.end(input);
  });
}

/**
 * Runs `first | second`, without a shell that would outlive this process.
 *
 * @throws {CommandError} if `second` fails, as it does when its input is cut off.
 */
export async function runPiped(
  first: readonly [string, ...string[]],
  second: readonly [string, ...string[]],
): Promise<void> {
  const [command, ...args] = first;
  const [reader, ...readerArgs] = second;
  const source = spawnTied('TERM', command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  source.on('error', () => {});
  await run(reader, readerArgs, { input: source.stdout as Readable });
}
