// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap check FILE…`: is it in the trace format? */
import type { Command } from 'commander';
import { TraceSyntaxError } from '../../trace/index.js';
import { ExitStatus } from '../errors.js';
import { findTraces } from '../files.js';
import { checkTrace } from './trace-file.js';

export function registerCheck(program: Command): void {
  program
    .command('check')
    .description('parse traces and print their syntax errors')
    .argument('<files...>', 'traces, or directories of *.trace files')
    .addHelpText('after', '\nPrints nothing when all is well. Exit status 1 if there is an error.')
    .action(check);
}

function check(paths: readonly string[]): void {
  for (const file of findTraces(paths)) {
    try {
      checkTrace(file);
    } catch (error) {
      if (!(error instanceof TraceSyntaxError)) throw error;
      console.log(error.message);
      process.exitCode = ExitStatus.FAILED;
    }
  }
}
