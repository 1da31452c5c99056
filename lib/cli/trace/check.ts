// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap check FILE…`: is it in the trace format? */
import type { Command } from 'commander';
import { FileError } from '../../files/file-error.js';
import { TraceSyntaxError } from '../../trace/syntax-error.js';
import { ExitStatus } from '../errors.js';
import { findTraces } from '../files.js';
import { checkTrace } from './trace-file.js';

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('parse traces and print their syntax errors')
    .argument('<files...>', 'traces, or directories of *.trace files')
    .addHelpText(
      'after',
      '\nPrints nothing when all is well. Exit status 1 if there is an error, 2 if a file cannot be read.',
    )
    .action(check);
}

/** What is wrong with one file must not keep the others from being looked at. Answers the exit status. */
function tell(error: unknown): number {
  if (error instanceof FileError) {
    console.error(`error: ${error.message}`);
    return ExitStatus.USAGE;
  }
  if (!(error instanceof TraceSyntaxError)) throw error;
  console.log(error.message);
  return process.exitCode === ExitStatus.USAGE ? ExitStatus.USAGE : ExitStatus.FAILED;
}

function check(paths: readonly string[]): void {
  for (const file of findTraces(paths)) {
    try {
      checkTrace(file);
    } catch (error) {
      process.exitCode = tell(error);
    }
  }
}
