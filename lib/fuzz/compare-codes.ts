// SPDX-License-Identifier: GPL-2.0-only
/** Two codes side by side in this process, or one and the port: the same programs, call by call. */
import { type Comparison, compareRecording, countSkipped, skippedCalls } from '../kernel/compare.js';
import { Machine } from '../machine/machine.js';
import type { BuiltCode } from '../own-code/cache.js';
import { nameOfSide, type OtherSide, sidesOf } from '../own-code/sides.js';
import type { Difference } from '../trace/compare.js';
import { machineFor } from '../trace/header.js';
import { readResults } from '../trace/observations.js';
import { sameObservations } from '../trace/outcomes.js';
import { portTrace } from '../trace/port.js';
import { printCall, printItem } from '../trace/print.js';
import { callsOf, encodeCalls } from '../trace/program.js';
import { type RunOptions, runTrace } from '../trace/replay.js';
import type { Trace, TraceCall, TraceItem } from '../trace/types.js';
import { Fuzzer, type Verdict } from './fuzzer.js';
import { HEAD_BYTES, headOf, inputToTrace } from './input.js';

export interface CodeSides {
  readonly code: string;
  /** The code that is right if both differ; without it, or if it is the port, the first one is right, and the port is compared. */
  readonly against?: string | undefined;
  /** Must be the kernel of `code`. */
  readonly kernel?: string | undefined;
}

/** One of both sides as runTrace has it. */
type Side = Required<Pick<RunOptions, 'kernel'>> & Pick<RunOptions, 'code'>;

const CONTEXT_LINES = 3;

/** Compares programs. Close it. */
export class CodeComparer implements Disposable {
  /** Which of both is right if they differ, and the other one, for people. */
  readonly expected: string;
  readonly got: string;
  /** What a page that explores a difference runs beside the recording. */
  readonly subject: Side;
  readonly #reference: Side;
  /** Sees flushes, and each entry and key that is stored, which traces do not have. */
  readonly #watcher: Fuzzer;
  readonly #machines = new Map<Side, { readonly machine: Machine; readonly wanted: string }>();

  /** @throws {OwnCodeError} what {@link sidesOf} throws. */
  constructor({ code, against = 'port', kernel }: CodeSides) {
    const sides = sidesOf({ code, against, kernel });
    const [own, other] = [sides.code as BuiltCode, sides.against as OtherSide];
    const mine: Side = { code: own.name, kernel: own.kernel };
    const others: Side = { ...(other.code && { code: other.code.name }), kernel: other.kernel };
    [this.#reference, this.subject] = other.code ? [others, mine] : [mine, others];
    [this.expected, this.got] = other.code ? [other.code.name, own.name] : [own.name, nameOfSide(undefined)];
    this.#watcher = new Fuzzer({ code: this.expected, against: this.got, oracles: ['other'] });
  }

  /** The name of the kernel that is right, as files are called by it. */
  get kernel(): string {
    return this.#reference.kernel;
  }

  /** @throws {GmapError} ERR_GMAP_MEMORY: this process has no memory left. */
  compare(program: Trace): Comparison {
    const ported = portTrace(program, this.kernel);
    const observed = this.#execute(ported, this.#reference);
    return (
      this.#compareTraces(program, ported, observed) ?? this.#watch(program, ported) ?? this.#passed(ported, observed)
    );
  }

  /** By what traces have, on the machine that the program asks for; nothing if that is the same. */
  #compareTraces(program: Trace, ported: Trace, observed: Uint8Array): Comparison | undefined {
    const others = portTrace({ ...ported, header: withKernel(ported, this.kernel) }, this.subject.kernel);
    if (sameObservations(observed, this.#execute(others, this.subject))) return undefined;
    const recording = runTrace(ported, this.#reference);
    // Nothing but calls changes reference and change bits here.
    const options = { ...this.subject, strict: true };
    const comparison = compareRecording(program, portTrace(recording, this.subject.kernel), options);
    return comparison.passed ? undefined : { ...comparison, recording };
  }

  /** By what only the fuzzer's oracle sees, on the usual one of its machines. */
  #watch(program: Trace, ported: Trace): Comparison | undefined {
    const input = inputFor(ported, this.kernel);
    const verdict = this.#watcher.judge(input);
    if (verdict?.oracle !== 'other') return undefined;
    const recording = runTrace(inputToTrace(input, program.source), this.#reference);
    const difference = this.#differenceOf(verdict, program, recording);
    return {
      passed: false,
      calls: verdict.operation + 1,
      difference,
      recording,
      died: false,
      skipped: skippedCalls(recording),
    };
  }

  #differenceOf({ operation, rule, text }: Verdict, program: Trace, recording: Trace): Difference {
    const place = recording.items.indexOf(recording.items.filter(isCall)[operation] as TraceItem);
    const call = recording.items[place];
    const [expected, got] = this.#answersIn(text);
    return {
      what: WHAT_DIFFERS[rule] ?? 'fact',
      expected,
      got,
      call: call?.kind === 'call' ? printCall(call) : '',
      line: program.items.filter(isCall)[operation]?.line ?? 1,
      context: recording.items.slice(0, place).flatMap(printItem).slice(-CONTEXT_LINES),
    };
  }

  /** `PTE of 0x1000: mine: 0x1; port: 0x0` */
  #answersIn(text: string): [expected: string, got: string | null] {
    const [before, after = ''] = splitAt(text, `${this.expected}: `);
    const [expected, got] = splitAt(after, `; ${this.got}: `);
    return got === undefined ? [text, null] : [before + expected, before + got];
  }

  #passed(ported: Trace, observed: Uint8Array): Comparison {
    const reference = this.#reference;
    const results = readResults(observed);
    const skipped = countSkipped(results);
    let recording: Trace | undefined;
    return {
      passed: true,
      calls: results.length - skipped.reduce((sum, { count }) => sum + count, 0),
      difference: undefined,
      // Few ask for it.
      get recording() {
        recording ??= runTrace(ported, reference);
        return recording;
      },
      died: results.at(-1)?.result?.kind === 'bug',
      skipped,
    };
  }

  /** From the first state: most programs run on one machine, whose memory is there already. */
  #execute(trace: Trace, side: Side): Uint8Array {
    const wanted = trace.header.get('machine') ?? '';
    const last = this.#machines.get(side);
    const fits = last?.wanted === wanted;
    if (fits) last.machine.reset();
    else last?.machine.close();
    const machine = fits ? last.machine : new Machine(machineFor(trace, side));
    this.#machines.set(side, { machine, wanted });
    return machine.execute(encodeCalls(callsOf(trace)));
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
    for (const { machine } of this.#machines.values()) machine.close();
  }
}

/** The rules of the oracle, as differences of traces; others are of the state. */
const WHAT_DIFFERS: Readonly<Record<string, Difference['what']>> = {
  result: 'result',
  BUG: 'result',
  notifications: 'event',
  flushes: 'event',
  'storage keys set': 'event',
  frames: 'event',
  failures: 'event',
};

const isCall = (item: TraceItem): item is TraceCall => item.kind === 'call';

/** The header of a trace as one of that kernel has it. */
function withKernel({ header }: Trace, kernel: string): Map<string, string> {
  return new Map([...header, ['kernel', kernel]]);
}

/** The program on the machine of the fuzzer's that is most like its own. */
function inputFor(trace: Trace, kernel: string): Uint8Array {
  const head = headOf({ header: withKernel(trace, kernel) });
  const program = encodeCalls(callsOf(trace));
  const input = new Uint8Array(HEAD_BYTES + program.length);
  input.set(head);
  input.set(program, HEAD_BYTES);
  return input;
}

/** What is before the separator and behind it; nothing is behind it if it is not there. */
function splitAt(text: string, separator: string): [before: string, after: string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}
