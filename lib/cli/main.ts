#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-only
/** The command `s390-gmap`, as a process. */
import { allowTerminalToGo } from '../files/terminals.js';
import { explain, runCommandLine } from './command-line.js';
import { ExitStatus } from './errors.js';
import { signalStatus } from './signals.js';

const args = process.argv.slice(2);

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
process.on('uncaughtException', (error) => process.exit(explain(error, args)));

await runCommandLine(args);
// Work that was left alone must not keep the process.
const status = signalStatus();
if (status !== undefined) process.exit(status);

/** That is no error: the work goes on, or SIGHUP says that it ends. */
function isTerminalGone({ code }: NodeJS.ErrnoException): boolean {
  return code === 'EIO' && process.stdout.isTTY;
}
