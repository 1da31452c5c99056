#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-only
/** The command `s390-gmap`. */
import { CommanderError } from 'commander';
import { allowTerminalToGo } from '../files/terminals.js';
import { visible, visibleLines } from '../visible.js';
import { ExitStatus, speaksForItself } from './errors.js';
import { createProgram, DEBUG } from './program.js';
import { Stopped, signalStatus } from './signals.js';

// Whoever reads the output may stop early, as head does: end as a program does that SIGPIPE kills.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitStatus.SIGPIPE);
  if (isTerminalGone(error)) return;
  console.error(`error: cannot write the output: ${error.message}`);
  process.exit(ExitStatus.USAGE);
});
allowTerminalToGo();
// Nobody is there to be told.
process.stderr.on('error', () => {});
// What callbacks throw, and promises that nobody waits for.
process.on('uncaughtException', (error) => process.exit(explain(error)));

try {
  await (await createProgram(process.argv[2])).parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}
// Work that was left alone must not keep the process.
const status = signalStatus();
if (status !== undefined) process.exit(status);

/** That is no error: the work goes on, or SIGHUP says that it ends. */
function isTerminalGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EIO' && process.stdout.isTTY;
}

/** Says what went wrong, unless somebody did already. Answers the exit status. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitStatus.OK : ExitStatus.USAGE;
  if (error instanceof Stopped) process.exit(signalStatus(error));
  console.error(`error: ${speaksForItself(error) ? visibleLines(error.message) : unexpected(error)}`);
  if (process.argv.includes(DEBUG) && error instanceof Error) console.error(error.stack);
  return ExitStatus.USAGE;
}

/** In one line, whatever it is. */
function unexpected(error: unknown): string {
  return `unexpected: ${visible(String(error))}${process.argv.includes(DEBUG) ? '' : ` (${DEBUG} says where)`}`;
}
