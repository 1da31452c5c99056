// SPDX-License-Identifier: GPL-2.0-only
/** Executes traces on the model. */
import { checkText, optional, type Takers, takeOptions } from '../arguments.js';
import { Machine } from '../machine/machine.js';
import { takeCode } from '../own-code/names.js';
import { type CompareOptions, callsAmong, compareTakers, type Difference, TraceComparison } from './compare.js';
import { isStrict, machineFor, type Runner, readHeader, seenEvents } from './header.js';
import { withJson } from './json.js';
import { requireKernel } from './kernel.js';
import { readObservations } from './observations.js';
import { piecesOf } from './pieces.js';
import { callsOf, encodeCalls, isExecuted } from './program.js';
import { ranBy } from './ran-by.js';
import { Recorder } from './record.js';
import { checkTrace } from './shapes.js';
import type { Trace, TraceItem, TraceItems } from './types.js';

/** Who runs a trace. */
export interface RunOptions {
  /** The kernel that the model shall behave like, in place of the one that the trace's header names: `6.1` or `linux-6.1`. */
  readonly kernel?: string;
  /** The built code that runs it in the port's place, see {@link MachineOptions.code}. A trace of another kernel is not run. */
  readonly code?: string;
}

/** Who runs a trace, and how it is compared. */
export interface ReplayOptions extends RunOptions, CompareOptions {}

const runTakers: Takers<RunOptions> = { kernel: optional(checkText), code: optional(takeCode) };
const replayTakers: Takers<ReplayOptions> = { ...runTakers, ...compareTakers };

/** What came of replaying a recording. */
export interface ReplayResult {
  /** Whether the model does what the recording says. */
  readonly ok: boolean;
  /** How many calls the recording has. */
  readonly calls: number;
  /** The first difference, if there is one. */
  readonly difference: Difference | undefined;
}

/**
 * Executes a program on a fresh model and answers its recording. What the trace has recorded before is not
 * looked at, except that handles get the names that they have there. The recording's header names the kernel that was asked for,
 * and the code.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 * @throws {OwnCodeError} as {@link Machine}, also for a trace of another kernel than the code's.
 */
export function runTrace(trace: Trace, options: RunOptions = {}): Trace {
  checkTrace('runTrace: trace', trace);
  const items = Array.from(runItems(trace, takeOptions('runTrace: options', options, runTakers)));
  return withJson({ source: trace.source, header: readHeader(items, trace.source), items });
}

/** The same for a trace that is read piece by piece: the items of its recording, as they come. */
export function* runItems(trace: TraceItems, runner: RunOptions = {}): Generator<TraceItem> {
  const { kernel, code } = runner;
  const items = recordedItems(trace, runner);
  const isSaid = kernel === undefined && code === undefined && !trace.header.has('code');
  const asked = kernel === undefined ? undefined : requireKernel(kernel);
  yield* isSaid ? items : ranBy(items, { kernel: asked, code });
}

function* recordedItems(trace: TraceItems, runner: Runner): Generator<TraceItem> {
  for (const { recorded } of runPieces(trace, runner)) yield* recorded;
}

/**
 * Executes the calls of a recording on a fresh model and compares what the model does with what was recorded; strictly if the option
 * or the recording's header says so.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 * @throws {OwnCodeError} as {@link runTrace}.
 */
export function replay(trace: Trace, options: ReplayOptions = {}): ReplayResult {
  checkTrace('replay: trace', trace);
  const difference = firstDifference(trace, takeOptions('replay: options', options, replayTakers));
  return { ok: difference === undefined, calls: callsOf(trace).length, difference };
}

function firstDifference(trace: Trace, options: ReplayOptions): Difference | undefined {
  for (const difference of replayPieces(trace, options)) if (difference) return difference;
  return undefined;
}

/** Piece by piece: nothing for each that does not differ, and the difference at the end. */
export function* replayPieces(trace: TraceItems, options: ReplayOptions = {}): Generator<Difference | undefined, void> {
  const strict = options.strict || isStrict(trace);
  const comparison = new TraceComparison(seenEvents(trace), { strict });
  for (const { items, recorded } of runPieces(trace, options)) {
    const difference = comparison.compare(items, callsAmong(recorded));
    yield difference;
    if (difference || comparison.isOver) return;
  }
}

interface RunPiece {
  readonly items: readonly TraceItem[];
  /** What a recording has in their place. */
  readonly recorded: readonly TraceItem[];
}

/** Executes a trace, some calls at a time. */
function* runPieces(trace: TraceItems, runner: Runner): Generator<RunPiece> {
  using machine = new Machine(machineFor(trace, runner));
  const recorder = new Recorder(trace.header, machine.kernel);
  for (const items of piecesOf(trace.items)) {
    const observe = () => readObservations(machine.execute(encodeCalls(items.filter(isExecuted))));
    yield { items, recorded: recorder.record(items, recorder.isDead ? [] : observe()) };
  }
}
