// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap run PROGRAM`: execute a program, print its recording. */
import type { Command } from 'commander';
import { printTrace, runTrace } from '../../trace/index.js';
import { modelProblems, readProgram } from './model-problems.js';

export function registerRun(program: Command): void {
  program
    .command('run')
    .description('execute a program on the model and print its recording')
    .argument('<program>', 'a trace; results and state that it has recorded are not looked at; - is standard input')
    .action(run);
}

async function run(file: string): Promise<void> {
  const program = await readProgram(file);
  process.stdout.write(printTrace(modelProblems(file, () => runTrace(program))));
}
