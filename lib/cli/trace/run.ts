// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap run PROGRAM`: execute a program, print its recording. */
import type { Command } from 'commander';
import { printPieces } from '../../trace/print.js';
import { type RunOptions, runItems } from '../../trace/replay.js';
import { print } from '../print.js';
import { addProfileOption } from '../profile.js';
import { breathe, EndingSignals } from '../signals.js';
import { itemsOrProblem, openProgram } from './model-problems.js';

export function registerRun(program: Command): void {
  const command = program
    .command('run')
    .description('execute a program on the model and print its recording')
    .argument('<program>', 'a trace; results and state that it has recorded are not looked at; - is standard input');
  addProfileOption(command).action(run);
}

async function run(file: string, options: RunOptions): Promise<void> {
  using program = await openProgram(file);
  using signals = new EndingSignals();
  for (const text of itemsOrProblem(file, printPieces(runItems(program, options)))) {
    await print(text);
    await breathe(signals.signal);
  }
}
