// SPDX-License-Identifier: GPL-2.0-only
/** Compares two traces of the same program, call by call, up to the first difference. */
import { flag, type Takers, takeOptions } from '../arguments.js';
import { isStrict, seenEvents } from './header.js';
import { maskFact, maskResult } from './masks.js';
import { printCall, printCallWithoutResult, printEvent, printFact, printItem, printResult } from './print.js';
import { isExecuted } from './program.js';
import { checkTrace } from './shapes.js';
import { ObservedState } from './state.js';
import type { CallResult, Fact, Trace, TraceCall, TraceEvent, TraceItem } from './types.js';

/** How traces are compared. */
export interface CompareOptions {
  /** Compare reference and change bits too, also where no header says `strict: 1`. Default: false. */
  readonly strict?: boolean;
}

/** Where two traces part. */
export interface Difference {
  /**
   * What differs: the call itself, its result, an event, or a fact of the state after it; or nothing does, and a dump of that state shows a
   * problem.
   */
  readonly what: 'call' | 'result' | 'event' | 'fact' | 'problem';
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

export const compareTakers: Takers<CompareOptions> = { strict: flag(false) };

type Mismatch = Pick<Difference, 'what' | 'expected' | 'got'>;

const CONTEXT_LINES = 3;

/**
 * The first difference between what was expected and what a machine did, none if they agree. After each call its
 * result, its events in order and the whole observed state are compared, as the trace format says; strictly if an option or
 * one of the headers says so.
 */
export function diffTraces(expected: Trace, got: Trace, options: CompareOptions = {}): Difference | undefined {
  checkTrace('diffTraces: expected', expected);
  checkTrace('diffTraces: got', got);
  const taken = takeOptions('diffTraces: options', options, compareTakers);
  const gotEvents = seenEvents(got);
  const events = seenEvents(expected).filter((kind) => gotEvents.includes(kind));
  const strict = taken.strict || isStrict(expected) || isStrict(got);
  const comparison = new TraceComparison(events, { strict });
  const gotCalls = callsAmong(got.items);
  const difference = comparison.compare(expected.items, gotCalls);
  const extra = gotCalls[comparison.calls];
  return difference || comparison.isOver || !extra ? difference : comparison.extra(extra);
}

/** All calls, also those that a machine refused. */
export function callsAmong(items: readonly TraceItem[]): TraceCall[] {
  return items.filter((item) => item.kind === 'call');
}

/** Compares two traces piece by piece. */
export class TraceComparison {
  readonly #sides: Sides;
  /** The last items of the expected trace that were compared; three have at least three lines. */
  #before: TraceItem[] = [];
  #calls = 0;
  #isOver = false;

  /** @param events the kinds of events that both sides could see */
  constructor(events: readonly TraceEvent['kind'][], { strict = false }: CompareOptions) {
    this.#sides = new Sides(strict, new Set(events));
  }

  /** How many calls of the expected trace were compared. */
  get calls(): number {
    return this.#calls;
  }

  /** Whether the expected trace has come to a BUG, and the other one as well: they agree. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Compares the next items of the expected trace with the calls that the other one has in place of theirs. */
  compare(expected: readonly TraceItem[], got: readonly TraceCall[]): Difference | undefined {
    let i = 0;
    for (const item of expected) {
      if (isExecuted(item)) {
        const mismatch = this.#sides.compare(item, got[i++]);
        if (mismatch) return { ...mismatch, call: printCall(item), line: item.line, context: this.#context() };
        this.#calls++;
        this.#isOver = item.result?.kind === 'bug';
        if (this.#isOver) return undefined;
      }
      this.#before.push(item);
      if (this.#before.length > CONTEXT_LINES) this.#before.shift();
    }
    return undefined;
  }

  /** The difference that a call is which the expected trace, at its end, has not got. */
  extra(call: TraceCall): Difference {
    const text = printCallWithoutResult(call);
    const line = this.#before.at(-1)?.line ?? 1;
    return { what: 'call', expected: null, got: text, call: text, line, context: this.#context() };
  }

  #context(): string[] {
    return this.#before.flatMap((item) => printItem(item).slice(-CONTEXT_LINES)).slice(-CONTEXT_LINES);
  }
}

/** The state of both sides while their calls are compared one after the other. */
class Sides {
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
