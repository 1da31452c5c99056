// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap run PROGRAM`: execute a program, print its recording. */
import type { Command } from 'commander';
import { GmapError } from '../errors.js';
import { printTrace, runTrace, TraceSyntaxError, UnknownKernelError } from '../trace/index.js';
import { CliError } from './errors.js';
import { readTrace, readTraceFromStdin } from './files.js';

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('execute a program on the model and print its recording')
    .argument('<program>', 'a trace; results and state that it has recorded are not looked at; - is standard input')
    .action(run);
}

async function run(file: string): Promise<void> {
  try {
    const program = file === '-' ? await readTraceFromStdin() : readTrace(file);
    process.stdout.write(printTrace(runTrace(program)));
  } catch (error) {
    if (error instanceof TraceSyntaxError) throw new CliError(error.message);
    if (error instanceof UnknownKernelError || error instanceof GmapError)
      throw new CliError(`${file}: ${error.message}`);
    throw error;
  }
}
