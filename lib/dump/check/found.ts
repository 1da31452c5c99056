// SPDX-License-Identifier: GPL-2.0-only
/** What a check tells: a rule and what breaks it. Of many alike only the first are told. */
import type { DumpProblem } from '../model.js';

/** Of each process. */
const MOST = 200;

/** Of a problem about a page: what may be locked while it is so. */
export interface PageLocks {
  readonly pageTable: bigint;
  /** `the PGSTE of 0x1000`, if its lock bit is set. */
  readonly pgste: string | undefined;
}

export class Found {
  readonly problems: { readonly problem: DumpProblem; readonly locks: PageLocks | undefined }[] = [];
  #count = 0;

  add(rule: string, text: string, locks?: PageLocks): void {
    if (this.#count++ < MOST) this.problems.push({ problem: { rule, text }, locks });
  }

  /** How many there were beyond those that are told. */
  get more(): number {
    return Math.max(0, this.#count - MOST);
  }
}

/** Adds problems of one thing: `fail('I7', …)` is `g0: …`. */
export type Fail = (rule: string, text: string, locks?: PageLocks) => void;

export const failOf =
  (found: Found, name: string): Fail =>
  (rule, text, locks) =>
    found.add(rule, `${name}: ${text}`, locks);
