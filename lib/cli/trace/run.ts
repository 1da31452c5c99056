// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap run PROGRAM`: execute a program, print its recording. */
import type { Command } from 'commander';
import { printTrace, type RunOptions, runTrace } from '../../trace/index.js';
import { addProfileOption } from '../profile.js';
import { modelProblems, readProgram } from './model-problems.js';

export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .description('execute a program on the model and print its recording')
    .argument('<program>', 'a trace; results and state that it has recorded are not looked at; - is standard input');
  addProfileOption(command).action(run);
}

async function run(file: string, options: RunOptions): Promise<void> {
  const program = await readProgram(file);
  process.stdout.write(printTrace(modelProblems(file, () => runTrace(program, options))));
}
