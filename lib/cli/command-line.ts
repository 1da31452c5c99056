// SPDX-License-Identifier: GPL-2.0-only
/** What the command line does with its arguments. What it does as a process is in main.ts. */
import { CommanderError } from 'commander';
import { visible, visibleLines } from '../visible.js';
import { ExitStatus, speaksForItself } from './errors.js';
import { createProgram, DEBUG } from './program.js';
import { Stopped, signalStatus } from './signals.js';

/** Does what the arguments say. What goes wrong is told; the exit status is left in `process.exitCode`. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await (await createProgram(args[0])).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = explain(error, args);
  }
}

/** Says what went wrong, unless somebody did already. Answers the exit status. */
export function explain(error: unknown, args: readonly string[]): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitStatus.OK : ExitStatus.USAGE;
  if (error instanceof Stopped) process.exit(signalStatus(error));
  const debug = args.includes(DEBUG);
  console.error(`error: ${speaksForItself(error) ? visibleLines(error.message) : unexpected(error, debug)}`);
  if (debug && error instanceof Error) console.error(error.stack);
  return ExitStatus.USAGE;
}

/** In one line, whatever it is. */
function unexpected(error: unknown, debug: boolean): string {
  return `unexpected: ${visible(String(error))}${debug ? '' : ` (${DEBUG} says where)`}`;
}
