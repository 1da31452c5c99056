// SPDX-License-Identifier: GPL-2.0-only
/** What a check tells: a rule and what breaks it. Of many alike only the first are told. */
import type { DumpProblem } from '../model.js';

/** Of each process. */
const MOST = 200;

export class Found {
  readonly problems: DumpProblem[] = [];
  #count = 0;

  add(rule: string, text: string): void {
    if (this.#count++ < MOST) this.problems.push({ rule, text });
  }

  /** How many there were beyond those that are told. */
  get more(): number {
    return Math.max(0, this.#count - MOST);
  }
}

/** Adds problems of one thing: `fail('I7', …)` is `g0: …`. */
export type Fail = (rule: string, text: string) => void;

export const failOf =
  (found: Found, name: string): Fail =>
  (rule, text) =>
    found.add(rule, `${name}: ${text}`);
