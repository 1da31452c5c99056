#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-only
/** The command `s390-gmap`. */
import { type Command, CommanderError } from 'commander';
import { CliError, ExitStatus } from './errors.js';

// Whoever reads the output may stop early, as head does: end as a program does that SIGPIPE kills.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitStatus.SIGPIPE);
  console.error(`error: cannot write the output: ${error.message}`);
  process.exit(ExitStatus.USAGE);
});

try {
  const program = await loadProgram();
  await program.parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** The native addon may be missing. Its message says how to build it; where that was noticed does not help. */
async function loadProgram(): Promise<Command> {
  try {
    const { createProgram } = await import('./program.js');
    return createProgram();
  } catch (error) {
    throw new CliError((error as Error).message);
  }
}

/** Says what went wrong, unless somebody did already. Answers the exit status. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitStatus.OK : ExitStatus.USAGE;
  if (!(error instanceof CliError)) throw error;
  console.error(`error: ${error.message}`);
  return ExitStatus.USAGE;
}
