#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-only
/** The command `s390-gmap`. */
import { CommanderError } from 'commander';
import { CliError, ExitStatus } from './errors.js';
import { createProgram } from './program.js';

// Whoever reads the output may stop early, as head does: end as a program does that SIGPIPE kills.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(ExitStatus.SIGPIPE);
});

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says what went wrong, unless somebody did already. Answers the exit status. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitStatus.OK : ExitStatus.USAGE;
  if (!(error instanceof CliError)) throw error;
  console.error(`error: ${error.message}`);
  return ExitStatus.USAGE;
}
