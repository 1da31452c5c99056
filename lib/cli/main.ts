#!/usr/bin/env node
// SPDX-License-Identifier: GPL-2.0-only
/** The command `s390-gmap`. */
import { CommanderError } from 'commander';
import { FileError } from '../files/file-error.js';
import { AddonError } from '../native/load.js';
import { CliError, ExitStatus } from './errors.js';
import { createProgram } from './program.js';

// Whoever reads the output may stop early, as head does: end as a program does that SIGPIPE kills.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(ExitStatus.SIGPIPE);
  console.error(`error: cannot write the output: ${error.message}`);
  process.exit(ExitStatus.USAGE);
});

try {
  await (await createProgram(process.argv[2])).parseAsync();
} catch (error) {
  process.exitCode = explain(error);
}

/** Says what went wrong, unless somebody did already. Answers the exit status. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitStatus.OK : ExitStatus.USAGE;
  // The addon may be missing. Its message says how to build it; where that was noticed does not help.
  if (!(error instanceof CliError || error instanceof FileError || error instanceof AddonError)) throw error;
  console.error(`error: ${error.message}`);
  return ExitStatus.USAGE;
}
