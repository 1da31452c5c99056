// SPDX-License-Identifier: GPL-2.0-only
/**
 * Runs the command line of dist/ inside this process, which costs a tenth of starting one. It finds what a process of its own
 * would find: its arguments, environment, folder and standard input; and it is heard and ends as one. All of that is given back
 * afterwards. What only a process can have is refused, or said to be left over: then use `cliProcess`.
 */
import { Console } from 'node:console';
import { Readable, Writable } from 'node:stream';

/** What a process has read before the first line of ours runs; and the addon, of which a process has one. */
const READ_AT_START = /^(?:NODE_(?!REPL_HISTORY$)|LD_|UV_|S390_GMAP_ADDON$|NO_COLOR$|FORCE_COLOR$|CI$)/;

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly input: string | Uint8Array;
}

export interface Ending {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

let isBusy = false;

/** `more`: what of the environment the test asks for. */
export async function runInProcess(
  args: readonly string[],
  { env, cwd, input }: Surroundings,
  more: readonly string[],
): Promise<Ending> {
  const early = more.find((name) => READ_AT_START.test(name));
  if (early !== undefined) throw new Error(`${early} is read when a process starts: use cliProcess()`);
  if (args[0] === 'repl') throw new Error('a REPL changes its process for ever: use cliProcess()');
  if (isBusy) throw new Error('one command at a time: await cli()');
  isBusy = true;
  const stdout = new Sink();
  const stderr = new Sink();
  const before = listeners();
  const restore = [
    replaceEnvironment(env),
    replaceFolder(cwd),
    replace(process, 'stdout', stdout),
    replace(process, 'stderr', stderr),
    replace(process, 'stdin', Readable.from(pieces(input), { objectMode: false })),
    replace(globalThis, 'console', new Console({ stdout, stderr })),
    replace(process, 'exit', (status?: number) => {
      throw new Error(`the command ends its process, with ${status}: use cliProcess()`);
    }),
  ];
  const exitCode = process.exitCode;
  process.exitCode = undefined;
  let status: number;
  try {
    // Loaded here, where it finds no terminal.
    await (await commandLine()).runCommandLine(args);
    status = Number(process.exitCode ?? 0);
  } finally {
    process.exitCode = exitCode;
    for (const undo of restore.reverse()) undo();
    isBusy = false;
  }
  const left = listeners().filter((name) => !before.includes(name));
  if (left.length > 0) throw new Error(`s390-gmap ${args.join(' ')} still listens: ${left.join(', ')}`);
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

/** From dist/, as users have it; what starts processes finds the files of those beside it. */
function commandLine(): Promise<typeof import('../../lib/cli/command-line.js')> {
  return import(new URL('../../dist/cli/command-line.js', import.meta.url).href);
}

/** What is written, as a pipe that is read at once. */
class Sink extends Writable {
  readonly #pieces: Buffer[] = [];

  override _write(piece: Buffer, _: BufferEncoding, done: () => void): void {
    this.#pieces.push(piece);
    done();
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString();
  }
}

/** As a pipe gives them. */
function* pieces(input: string | Uint8Array): Generator<Buffer> {
  const bytes = Buffer.from(input);
  for (let at = 0; at < bytes.length; at += 2 ** 16) yield bytes.subarray(at, at + 2 ** 16);
}

type Undo = () => void;

function replace<Owner extends object>(owner: Owner, name: keyof Owner, value: unknown): Undo {
  const before = Object.getOwnPropertyDescriptor(owner, name) ?? {};
  Object.defineProperty(owner, name, { value, configurable: true, enumerable: true, writable: true });
  return () => Object.defineProperty(owner, name, before);
}

/** In place: native code and Node's own look at this object. */
function replaceEnvironment(env: Surroundings['env']): Undo {
  const before = { ...process.env };
  const set = (to: Surroundings['env']) => {
    for (const name of Object.keys(process.env)) if (to[name] === undefined) delete process.env[name];
    for (const [name, value] of Object.entries(to)) if (process.env[name] !== value) process.env[name] = value;
  };
  set(env);
  return () => set(before);
}

function replaceFolder(folder: string): Undo {
  const before = process.cwd();
  process.chdir(folder);
  return () => process.chdir(before);
}

/** Who listens to signals, and to what nobody catches. */
function listeners(): string[] {
  const names = process.eventNames().filter((name) => /^(?:SIG|uncaught|unhandled)/.test(String(name)));
  return names.flatMap((name) => Array.from({ length: process.listenerCount(name) }, (_, i) => `${String(name)} ${i}`));
}
