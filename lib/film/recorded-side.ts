// SPDX-License-Identifier: GPL-2.0-only
/** What a recording says beside what the model says, call by call, under the masks of comparing. */
import { isStrict, seenEvents } from '../trace/header.js';
import { maskFact, maskResult } from '../trace/masks.js';
import { printEvent, printFact, printKey, printResult } from '../trace/print.js';
import type { CallResult, Fact, Trace, TraceCall, TraceEvent } from '../trace/types.js';
import type { PatchBook } from './patch-book.js';

/** The fields of a fact: what stands behind its key in a trace. */
export function fieldsOfFact(fact: Fact): string {
  return printFact(fact).slice(printKey(fact).length + 1);
}

export interface Answers {
  readonly result: string | null;
  readonly events: readonly string[];
}

export class RecordedSide {
  readonly #strict: boolean;
  readonly #seen: readonly TraceEvent['kind'][];
  readonly #facts = new Map<string, Fact>();
  readonly #differing = new Set<string>();
  #observing = false;

  constructor(trace: Trace, strict: boolean) {
    this.#strict = strict || isStrict(trace);
    this.#seen = seenEvents(trace);
  }

  answersOf(call: TraceCall): Answers {
    return {
      result: call.result ? printResult(call, call.result) : null,
      events: call.events.map(printEvent),
    };
  }

  /** Whether the recording has another result, or other events, than the model. */
  answersDiffer(recorded: TraceCall, model: TraceCall): boolean {
    const text = (result: CallResult | undefined) =>
      result && printResult(recorded, maskResult(recorded, result, this.#strict));
    if (text(recorded.result) !== text(model.result)) return true;
    if (recorded.result?.kind === 'bug') return false;
    const events = (call: TraceCall) =>
      call.events
        .filter(({ kind }) => this.#seen.includes(kind))
        .map(printEvent)
        .join();
    return events(recorded) !== events(model);
  }

  /**
   * Applies the facts that a call changed. Answers the keys of all facts that differ now.
   *
   * @param model what the model says now
   * @param changed keys of facts that the model changed in this call
   */
  apply(call: TraceCall, model: ReadonlyMap<string, Fact>, changed: readonly string[], book: PatchBook): string[] {
    const named = this.#applyCall(call, book);
    // A kernel that did not survive a call told nothing more about it.
    if (!this.#observing || call.result?.kind === 'bug') return [...this.#differing];
    if (call.name === 'observe') this.#compareAll(model);
    else this.#compare([...named, ...changed], model);
    return [...this.#differing];
  }

  /** Applies the facts that calls changed which are not in the film, and compares what they led to. */
  begin(calls: Iterable<TraceCall>, model: ReadonlyMap<string, Fact>, book: PatchBook): void {
    for (const call of calls) this.#applyCall(call, book);
    if (this.#observing) this.#compareAll(model);
  }

  /** Answers the keys of the facts that the call names. */
  #applyCall(call: TraceCall, book: PatchBook): string[] {
    if (call.name === 'observe') this.#observe(call.args[0] !== 0n, book);
    return call.changes.map((change) => {
      const key = printKey(change.sign === '+' ? change.fact : change.key);
      this.#setFact(key, change.sign === '+' ? change.fact : undefined, book);
      return key;
    });
  }

  #compareAll(model: ReadonlyMap<string, Fact>): void {
    this.#compare([...this.#facts.keys(), ...model.keys()], model);
  }

  #compare(keys: readonly string[], model: ReadonlyMap<string, Fact>): void {
    for (const key of keys) {
      if (this.#same(this.#facts.get(key), model.get(key))) this.#differing.delete(key);
      else this.#differing.add(key);
    }
  }

  #observe(on: boolean, book: PatchBook): void {
    this.#observing = on;
    if (on) return;
    for (const key of this.#facts.keys()) this.#setFact(key, undefined, book);
    this.#differing.clear();
  }

  #setFact(key: string, fact: Fact | undefined, book: PatchBook): void {
    book.set('recorded', key, fact ? fieldsOfFact(fact) : null);
    if (fact) this.#facts.set(key, fact);
    else this.#facts.delete(key);
  }

  #same(a: Fact | undefined, b: Fact | undefined): boolean {
    if (!a || !b) return a === b;
    return printFact(maskFact(a, b, this.#strict)) === printFact(maskFact(b, a, this.#strict));
  }
}
