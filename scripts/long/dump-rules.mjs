// SPDX-License-Identifier: GPL-2.0-only
/*
 * npm run check:long -- dump-rules: the rules that `dump --check` looks at are those of machine_check(). For each mutant the fuzzer looks for a
 * program that it does otherwise; of the states that this leaves both say the same, or scripts/dumps/agreement.mjs has the reason.
 */
import { buildMutant, buildUnchanged, removeMutant, saveInput } from '../../native/fuzz/mutants/build.mjs';
import { mutants as all } from '../../native/fuzz/mutants/index.mjs';
import { killAll, runFuzzer } from '../../native/fuzz/mutants/run.mjs';
import { agreement } from '../dumps/agreement.mjs';
import { root } from '../steps.mjs';

/** What the first finding is of does not matter; then one that breaks a rule is looked for. */
const ATTEMPTS = [
  { seconds: 5, oracles: undefined },
  { seconds: 5, oracles: ['rules'] },
];

/** What needs dist/: this file is read before anything is built. */
const readTools = async () => ({
  ...(await import('../dumps/states.mjs')),
  ...(await import(`${root}dist/dump/check/check.js`)),
});

/** The states of a mutant: those in which a rule is broken, if one of the findings leaves some. */
async function brokenStates(mutant, { buildPrinter, statesOf }) {
  const fuzzer = await buildMutant(mutant);
  const printer = await buildPrinter(
    `out/mutants/${mutant.id}`,
    new Map([[mutant.file, `out/mutants/${mutant.id}/changed.o`]]),
  );
  let states = [];
  for (const attempt of ATTEMPTS) {
    const { input } = await runFuzzer(fuzzer, attempt);
    if (input === undefined) continue;
    states = await statesOf(printer, ['1', saveInput(mutant, input)], { mayDie: true });
    if (states.some(({ check }) => check !== '')) break;
  }
  return states;
}

export const dumpRules = {
  name: 'dump-rules',
  what: `all ${all.length} faults in the port: what crash dumps are checked by says what machine_check() does`,
  duration: '30 minutes',
  async prepare() {
    await buildUnchanged();
  },
  pieces: () => all.map((mutant) => ({ ...mutant })),
  async run(mutant) {
    const tools = await readTools();
    const states = await brokenStates(mutant, tools);
    const judged = states.map((one) => ({ check: one.check, ...agreement(one, tools.checkState(one.state)) }));
    removeMutant(mutant);
    const told = judged.find(({ agrees }) => !agrees) ?? judged.find(({ check }) => check !== '');
    const text = told ? `${told.check || 'nothing'} | ${told.how}` : `${judged.length} states, nothing is broken`;
    return { ok: told?.agrees ?? true, text, isBroken: judged.some(({ check }) => check !== '') };
  },
  summary: (results) =>
    `${results.filter(({ isBroken }) => isBroken).length} leave a rule broken, ${results.filter(({ ok }) => !ok).length} of them are told otherwise`,
  stop: killAll,
};
