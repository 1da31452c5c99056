// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap run PROGRAM`: execute a program, print its recording. */
import type { Command } from 'commander';
import { printPieces } from '../../trace/print.js';
import { runItems } from '../../trace/replay.js';
import { addRunnerOptions, type RunnerOptions, runnerOf } from '../code.js';
import { print } from '../print.js';
import { breathe, EndingSignals } from '../signals.js';
import { itemsOrProblem, openProgram } from './model-problems.js';

export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .description('execute a program on the model and print its recording')
    .argument('<program>', 'a trace; results and state that it has recorded are not looked at; - is standard input');
  addRunnerOptions(command).action(run);
}

async function run(file: string, options: RunnerOptions): Promise<void> {
  const runner = runnerOf(options);
  using program = await openProgram(file);
  using signals = new EndingSignals();
  for (const text of itemsOrProblem(file, printPieces(runItems(program, runner)))) {
    await print(text);
    await breathe(signals.signal);
  }
}
