// SPDX-License-Identifier: GPL-2.0-only
/** The options of commands that can make random programs in place of reading files. */
import type { Command } from 'commander';
import { wholeNumber } from '../numbers.js';

export interface RandomProgramOptions {
  /** How many; absent where files are given. */
  readonly random?: number;
  readonly seed: number;
  readonly length: number;
}

export function addRandomOptions(command: Command): Command {
  return command
    .option('--random <count>', 'random programs in place of files', wholeNumber(1, 1e9))
    .option('--seed <number>', 'of the first random program; the next one has the next', wholeNumber(0, 0xffffffff), 1)
    .option('--length <calls>', 'of each random program', wholeNumber(1, 100_000), 300);
}
