// SPDX-License-Identifier: GPL-2.0-only
/** The rules that findings name by number, for people who do not know them by heart. */
import { invariants } from '../generated/abi.js';

/** What an invariant says, `I7`; undefined of a rule without a number, whose name says it. */
export function sentenceOf(rule: string): string | undefined {
  return invariants.find((invariant) => invariant.rule === rule)?.sentence;
}

/** `I7` is `I7 (a linked segment entry …)`; a rule without a number stays. */
export function explainRule(rule: string): string {
  const sentence = sentenceOf(rule);
  return sentence === undefined ? rule : `${rule} (${sentence})`;
}
