// SPDX-License-Identifier: GPL-2.0-only
// What becomes of a mutant: killed by an oracle, or not.
import { buildMutant, removeMutant, saveInput } from './build.mjs';
import { objects, runFuzzer } from './run.mjs';

/** For each mutant. */
export const SECONDS = 60;

/**
 * Lets the fuzzer look for the fault. A finding that the unchanged port has too is an oracle's mistake: it says nothing
 * about the mutant.
 */
export async function judgeMutant(mutant, unchanged, oracles) {
  const program = await buildMutant(mutant);
  const { input, ...result } = await runFuzzer(program, { seconds: SECONDS, oracles });
  const falseAlarm = input !== undefined && (await objects(unchanged, saveInput(mutant, input), oracles));
  const killed = result.finding !== undefined && !falseAlarm;
  if (killed) removeMutant(mutant);
  return { id: mutant.id, file: mutant.file, wrong: mutant.wrong, killed, falseAlarm, ...result };
}
