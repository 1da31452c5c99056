// SPDX-License-Identifier: GPL-2.0-only
/** The observed state: a map of facts, to which the changes of each call are applied. */
import { printKey } from './print.js';
import type { Fact, TraceCall } from './types.js';

export class ObservedState {
  readonly #facts = new Map<string, Fact>();

  /** The fact with that key, as {@link printKey} writes it. */
  get(key: string): Fact | undefined {
    return this.#facts.get(key);
  }

  get facts(): Iterable<Fact> {
    return this.#facts.values();
  }

  /** Applies what a call changed. Answers the keys of the facts that it names, in the order of its lines. */
  apply(call: TraceCall): string[] {
    // What is observed after observe(0) and another observe(1) is the whole state again.
    if (call.name === 'observe' && call.args[0] === 0n) this.#facts.clear();
    return call.changes.map((change) => {
      const key = printKey(change.sign === '+' ? change.fact : change.key);
      if (change.sign === '+') this.#facts.set(key, change.fact);
      else this.#facts.delete(key);
      return key;
    });
  }
}
