// SPDX-License-Identifier: GPL-2.0-only
/** Compares two traces of the same program, call by call, up to the first difference. */
import { seenEvents } from './header.js';
import { maskFact, maskResult } from './masks.js';
import { printCall, printCallWithoutResult, printEvent, printFact, printItem, printResult } from './print.js';
import { callsOf } from './program.js';
import { ObservedState } from './state.js';
import type { CallResult, Fact, Trace, TraceCall, TraceEvent } from './types.js';

export interface CompareOptions {
  /** Compare reference and change bits too. Default: false. */
  readonly strict?: boolean;
}

/** Where two traces part. */
export interface Difference {
  /** What differs: the call itself, its result, an event, or a fact of the state after it. */
  readonly what: 'call' | 'result' | 'event' | 'fact';
  /** The expected side's text, as in a trace file; null if it has nothing there. */
  readonly expected: string | null;
  /** The other side's text. */
  readonly got: string | null;
  /** The call where they part, as the expected trace has it. */
  readonly call: string;
  /** Its line in the expected trace's file, counted from 1; the last item's line if the other trace has more calls. */
  readonly line: number;
  /** Up to three lines of the expected trace before that call. */
  readonly context: readonly string[];
}

type Mismatch = Pick<Difference, 'what' | 'expected' | 'got'>;

const CONTEXT_LINES = 3;

/**
 * The first difference between what was expected and what a machine did, none if they agree. After each call its
 * result, its events in order and the whole observed state are compared, as the trace format says.
 */
export function diffTraces(expected: Trace, got: Trace, options: CompareOptions = {}): Difference | undefined {
  const gotEvents = seenEvents(got);
  const events = new Set(seenEvents(expected).filter((kind) => gotEvents.includes(kind)));
  const comparison = new Comparison(options.strict ?? false, events);
  const calls = callsOf(expected);
  const gotCalls = got.items.filter((item) => item.kind === 'call');
  for (const [i, call] of calls.entries()) {
    const mismatch = comparison.compare(call, gotCalls[i]);
    if (mismatch) return { ...mismatch, call: printCall(call), line: call.line, context: linesBefore(expected, call) };
    if (call.result?.kind === 'bug') return undefined;
  }
  const extra = gotCalls[calls.length];
  const last = expected.items.at(-1);
  return (
    extra && {
      what: 'call',
      expected: null,
      got: printCallWithoutResult(extra),
      call: printCallWithoutResult(extra),
      line: last?.line ?? 1,
      context: linesBefore(expected, undefined),
    }
  );
}

/** The state of both sides while their calls are compared one after the other. */
class Comparison {
  readonly #strict: boolean;
  /** The kinds of events that both sides could see. */
  readonly #events: ReadonlySet<TraceEvent['kind']>;
  readonly #expected = new ObservedState();
  readonly #got = new ObservedState();

  constructor(strict: boolean, events: ReadonlySet<TraceEvent['kind']>) {
    this.#strict = strict;
    this.#events = events;
  }

  compare(expected: TraceCall, got: TraceCall | undefined): Mismatch | undefined {
    const program = printCallWithoutResult(expected);
    const gotProgram = got && printCallWithoutResult(got);
    if (!got || gotProgram !== program) return { what: 'call', expected: program, got: gotProgram ?? null };
    const mismatch = this.#compareResults(expected, got);
    // A kernel that did not survive a call told nothing more about it.
    if (mismatch || expected.result?.kind === 'bug') return mismatch;
    const seen = (call: TraceCall) => call.events.filter(({ kind }) => this.#events.has(kind));
    return compareEvents(seen(expected), seen(got)) ?? this.#compareStates(expected, got);
  }

  #compareResults(expected: TraceCall, got: TraceCall): Mismatch | undefined {
    const text = (result: CallResult | undefined) =>
      result && printResult(expected, maskResult(expected, result, this.#strict));
    if (text(expected.result) === text(got.result)) return undefined;
    return { what: 'result', expected: describeResult(expected), got: describeResult(got) };
  }

  /** Facts that no call has named since they were last compared need not be compared again. */
  #compareStates(expected: TraceCall, got: TraceCall): Mismatch | undefined {
    for (const key of new Set([...this.#expected.apply(expected), ...this.#got.apply(got)])) {
      const expectedFact = this.#expected.get(key);
      const gotFact = this.#got.get(key);
      if (this.#sameFact(expectedFact, gotFact)) continue;
      return {
        what: 'fact',
        expected: expectedFact ? printFact(expectedFact) : null,
        got: gotFact ? printFact(gotFact) : null,
      };
    }
    return undefined;
  }

  #sameFact(a: Fact | undefined, b: Fact | undefined): boolean {
    if (!a || !b) return a === b;
    return printFact(maskFact(a, b, this.#strict)) === printFact(maskFact(b, a, this.#strict));
  }
}

function compareEvents(expected: readonly TraceEvent[], got: readonly TraceEvent[]): Mismatch | undefined {
  const count = Math.max(expected.length, got.length);
  for (let i = 0; i < count; i++) {
    const expectedEvent = expected[i];
    const gotEvent = got[i];
    const expectedText = expectedEvent ? printEvent(expectedEvent) : null;
    const gotText = gotEvent ? printEvent(gotEvent) : null;
    if (expectedText !== gotText) return { what: 'event', expected: expectedText, got: gotText };
  }
  return undefined;
}

function describeResult(call: TraceCall): string | null {
  return call.result ? printResult(call, call.result) : null;
}

/** The last lines of the trace before a call, or before its end. */
function linesBefore(trace: Trace, call: TraceCall | undefined): string[] {
  const end = call ? trace.items.indexOf(call) : trace.items.length;
  let lines: string[] = [];
  for (let i = end - 1; i >= 0 && lines.length < CONTEXT_LINES; i--) {
    const item = trace.items[i];
    if (item) lines = [...printItem(item).slice(-CONTEXT_LINES), ...lines];
  }
  return lines.slice(-CONTEXT_LINES);
}
