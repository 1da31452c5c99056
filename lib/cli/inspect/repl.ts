// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap repl`: Node's REPL with a machine in it. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type REPLServer, start } from 'node:repl';
import type { Command } from 'commander';
import { FileError } from '../../files/file-error.js';
import { writeFile } from '../../files/write.js';
import * as library from '../../index.js';
import * as inspect from '../../inspect/index.js';
import { visible } from '../../visible.js';
import { codeOption, RUNS, type Runner, type RunnerOptions, runnerOf } from '../code.js';
import { CliError } from '../errors.js';
import { profileOption } from '../profile.js';

const WELCOME = `machine, mm (its first process), and all of s390-gmap and s390-gmap/inspect are there, for example:
  mm.enableSie(); mm.mmap({ address: 0x10000000000n, length: 0x400000n })
  g = unwrap(mm.allocGmap(0x7fffffffn)); g.mapSegment({ from: 0x10000000000n, to: 0n, length: 0x100000n })
  g.fault(0x1000n, { write: true }); g.inspect(0x1000n)
.trace FILE saves the calls as a program, .help has more.`;

const HISTORY = '.s390_gmap_history';

export function registerRepl(program: Command): void {
  program
    .command('repl')
    .description("Node's REPL with a machine in it, history, and completion of the API")
    .addOption(profileOption('behave like this kernel (default: 4.7, or that of --code)'))
    .addOption(codeOption(RUNS))
    .addHelpText('after', `\nHistory: NODE_REPL_HISTORY, or ~/${HISTORY}. An empty NODE_REPL_HISTORY keeps none.`)
    .action(repl);
}

function historyFile(): string {
  return process.env.NODE_REPL_HISTORY ?? join(homedir(), HISTORY);
}

async function repl(options: RunnerOptions): Promise<void> {
  const machine = newMachine(runnerOf(options));
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  if (isTerminal) console.log(WELCOME);
  const server = start({ prompt: isTerminal ? 's390-gmap> ' : '', terminal: isTerminal });
  // What is typed must not be able to take the library away from .trace: it keeps `machine` for itself.
  Object.assign(server.context, library, inspect, { machine, mm: machine.mm });
  server.defineCommand('trace', {
    help: 'Save the calls that were made so far as a program: .trace FILE',
    action: (file) => saveTrace(server, machine, file.trim()),
  });
  if (isTerminal) await withHistory(server);
  await new Promise<void>((resolve) => server.once('exit', resolve));
  machine.close();
}

function newMachine(runner: Runner): library.Machine {
  try {
    const machine = new library.Machine(runner);
    machine.startTracing();
    return machine;
  } catch (error) {
    if (error instanceof library.GmapError) throw new CliError(error.message);
    throw error;
  }
}

function withHistory(server: REPLServer): Promise<void> {
  const file = historyFile();
  if (file === '') return Promise.resolve();
  // A history that cannot be read or written is no reason not to start: Node says so by itself.
  return new Promise((resolve) => server.setupHistory(file, () => resolve()));
}

function saveTrace(server: REPLServer, machine: library.Machine, file: string): void {
  server.clearBufferedCommand();
  server.output.write(`${savedTrace(machine, file)}\n`);
  server.displayPrompt();
}

function savedTrace(machine: library.Machine, file: string): string {
  if (file === '') return 'Where to? .trace FILE';
  try {
    const trace = machine.tracedProgram();
    writeFile(file, library.printTrace(trace));
    const calls = trace.items.filter((item) => item.kind === 'call').length;
    return `${calls} ${calls === 1 ? 'call' : 'calls'} in ${visible(file)}`;
  } catch (error) {
    if (error instanceof library.GmapError || error instanceof FileError) return error.message;
    throw error;
  }
}
