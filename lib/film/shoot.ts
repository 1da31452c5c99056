// SPDX-License-Identifier: GPL-2.0-only
/** Makes a film: a program executed call by call on a fresh model, looked at after each. */
import { callback, checkNumber, checkText, flag, number, optional, type Takers, takeOptions } from '../arguments.js';
import { contextOfMachine, Machine } from '../machine/machine.js';
import { takeCode } from '../own-code/names.js';
import { machineFor } from '../trace/header.js';
import { makeCall } from '../trace/make.js';
import { type Observation, readObservations } from '../trace/observations.js';
import { piecesOf } from '../trace/pieces.js';
import { printCallWithoutResult, printEvent, printKey, printResult } from '../trace/print.js';
import { callsOf, encodeCalls, isObserved } from '../trace/program.js';
import { checkTrace } from '../trace/shapes.js';
import type { Fact, Trace, TraceCall } from '../trace/types.js';
import type { Film, FilmCall } from './film.js';
import { FilmError } from './film-error.js';
import { expectHeap } from './heap.js';
import { MachineWatch } from './machine-watch.js';
import { PatchBook } from './patch-book.js';
import { fieldsOfFact, RecordedSide } from './recorded-side.js';

/** What is filmed, and on what machine. */
export interface FilmOptions {
  /** The kernel that the model shall behave like, in place of the one that the trace's header names. */
  readonly kernel?: string;
  /** The built code that runs it in the port's place, as `code` of a machine's options has it. A trace of another kernel is not filmed. */
  readonly code?: string;
  /** Compare reference and change bits too, also where no header says `strict: 1`. Default: false. */
  readonly strict?: boolean;
  /**
   * Films a part of the program: its calls from this place on, counted from 0. Those before it are executed, and the film
   * begins with what they led to. Default: 0.
   */
  readonly from?: number;
  /** The place of the first call that is not in the film any more. Default: the number of calls. */
  readonly to?: number;
  /** Is told after each call that was filmed how many are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

const takers: Takers<FilmOptions> = {
  kernel: optional(checkText),
  code: optional(takeCode),
  strict: flag(false),
  from: optional(number(0, Number.MAX_SAFE_INTEGER)),
  to: optional(number(0, Number.MAX_SAFE_INTEGER)),
  onProgress: optional(callback()),
};

/**
 * The film of a program. If the trace is a recording, the film also has what was recorded, and where the model differs.
 * It ends with a call that ends in BUG.
 *
 * A call takes about 0.1 ms, 3 kB of memory while the film is made, and 330 bytes of a page.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 * @throws {OwnCodeError} as the constructor of Machine, also for a trace of another kernel than the code's.
 * @throws {RangeError} if `from` and `to` are no places of calls.
 * @throws {FilmError} if this process has no memory for so many calls, or if a call before `from` ends in BUG.
 */
export function shootFilm(trace: Trace, options: FilmOptions = {}): Film {
  checkTrace('shootFilm: trace', trace);
  const shooting = shootCalls(trace, takeOptions('shootFilm: options', options, takers));
  for (;;) {
    const { done, value } = shooting.next();
    if (done) return value;
  }
}

/** The same, call by call: how many were filmed, and the film at the end. */
export function* shootCalls(trace: Trace, options: FilmOptions = {}): Generator<number, Film, void> {
  const program = callsOf(trace);
  const to = checkNumber('shootFilm: to', options.to ?? program.length, 0, program.length);
  const from = checkNumber('shootFilm: from', options.from ?? 0, 0, to);
  using machine = new Machine(machineFor(trace, options));
  const shoot = new Shoot(machine, trace, options.strict ?? false);
  const start = shoot.start(program.slice(0, from));
  const calls: FilmCall[] = [];
  for (const call of program.slice(from, to)) {
    const filmed = shoot.call(call);
    calls.push(filmed);
    options.onProgress?.(calls.length, to - from);
    if (calls.length % CALLS_BETWEEN_LOOKS === 0) expectHeap(`${calls.length} of ${to - from} calls: film fewer`);
    yield calls.length;
    if (machine.bug) break;
  }
  const first = calls.findIndex(({ differs, answersDiffer }) => answersDiffer || differs.length > 0);
  return {
    format: 'gmap-film 1',
    source: trace.source,
    kernel: machine.kernel,
    code: machine.code ?? null,
    recordedOn: trace.header.get('source') ?? null,
    storageLimit: machine.storageLimit,
    storageStart: Number(machine.storageStart),
    excerpt: to - from < program.length ? { from, total: program.length } : null,
    start,
    calls,
    firstDifference: first < 0 ? null : first,
  };
}

/** How many calls are filmed between two looks at the memory. */
const CALLS_BETWEEN_LOOKS = 512;

function isRecording(trace: Trace): boolean {
  return callsOf(trace).some(isObserved);
}

class Shoot {
  readonly #machine: Machine;
  readonly #book = new PatchBook();
  readonly #facts = new Map<string, Fact>();
  readonly #watch: MachineWatch;
  readonly #recorded: RecordedSide | undefined;
  readonly #comments: Map<TraceCall, string[]>;

  constructor(machine: Machine, trace: Trace, strict: boolean) {
    this.#machine = machine;
    this.#watch = new MachineWatch(contextOfMachine(machine), this.#book);
    this.#recorded = isRecording(trace) ? new RecordedSide(trace, strict) : undefined;
    this.#comments = commentsOf(trace);
  }

  /** Executes the calls that come before the film. Answers the state that it begins with. */
  start(before: readonly TraceCall[]): FilmCall['patches'] {
    for (const calls of piecesOf(before)) this.#machine.execute(encodeCalls(calls.filter(isFilmed)));
    if (this.#machine.bug) throw new FilmError('ERR_FILM_REACH', 'a call before those of the film ends in BUG');
    this.#watch.begin();
    // The film always observes, also where the program does not.
    const [first] = this.#execute(observe);
    if (first) this.#applyFacts(first);
    this.#watch.look();
    this.#recorded?.begin(before, this.#facts, this.#book);
    return this.#book.take();
  }

  call(call: TraceCall): FilmCall {
    const model = this.#model(call);
    const changed = this.#applyFacts(model);
    this.#watch.look();
    const recorded = this.#recorded;
    const differs = recorded?.apply(call, this.#facts, changed, this.#book) ?? [];
    return {
      line: call.line,
      comments: this.#comments.get(call) ?? [],
      name: call.name,
      text: printCallWithoutResult(call),
      result: model.result ? printResult(call, model.result) : null,
      events: model.events.map(printEvent),
      recorded: recorded?.answersOf(call) ?? null,
      differs,
      answersDiffer: recorded?.answersDiffer(call, { ...call, ...model }) ?? false,
      patches: this.#book.take(),
    };
  }

  #model(call: TraceCall): Observation {
    const nothing: Observation = { name: call.name, result: undefined, events: [], changes: [] };
    return !isFilmed(call) ? nothing : (this.#execute(call)[0] ?? nothing);
  }

  #execute(call: TraceCall): Observation[] {
    return readObservations(this.#machine.execute(encodeCalls([call])));
  }

  #applyFacts({ changes }: Observation): string[] {
    return changes.map((change) => {
      const key = printKey(change.sign === '+' ? change.fact : change.key);
      this.#book.set('fact', key, change.sign === '+' ? fieldsOfFact(change.fact) : null);
      if (change.sign === '+') this.#facts.set(key, change.fact);
      else this.#facts.delete(key);
      return key;
    });
  }
}

const observe = makeCall('observe', [1n]);

/** Whether the call is executed as it is: the film observes by itself. */
function isFilmed(call: TraceCall): boolean {
  return call.name !== 'observe';
}

/** The comments above each call, as far as they are not of the header. */
function commentsOf(trace: Trace): Map<TraceCall, string[]> {
  const comments = new Map<TraceCall, string[]>();
  let above: string[] = [];
  for (const item of trace.items) {
    if (item.kind === 'call') {
      if (above.length > 0) comments.set(item, above);
      above = [];
    } else {
      const text = item.text.replace(/^#\s?/, '').trim();
      const [, key] = /^([a-z_]+): /.exec(text) ?? [];
      if (text !== '' && !(key !== undefined && trace.header.has(key))) above.push(text);
    }
  }
  return comments;
}
