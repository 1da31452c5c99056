// SPDX-License-Identifier: GPL-2.0-only
/** Executes traces on the model. */
import { checkText, optional, type Takers, takeOptions } from '../arguments.js';
import { Machine } from '../machine/machine.js';
import { type CompareOptions, callsAmong, compareTakers, type Difference, TraceComparison } from './compare.js';
import { machineOptions, readHeader, seenEvents, withKernel } from './header.js';
import { withJson } from './json.js';
import { requireKernel } from './kernel.js';
import { readObservations } from './observations.js';
import { piecesOf } from './pieces.js';
import { callsOf, encodeCalls, isExecuted } from './program.js';
import { Recorder } from './record.js';
import { checkTrace } from './shapes.js';
import type { Trace, TraceItem, TraceItems } from './types.js';

export interface RunOptions {
  /** The kernel that the model shall behave like, in place of the one that the trace's header names: `6.1` or `linux-6.1`. */
  readonly kernel?: string;
}

export interface ReplayOptions extends RunOptions, CompareOptions {}

const runTakers: Takers<RunOptions> = { kernel: optional(checkText) };
const replayTakers: Takers<ReplayOptions> = { ...runTakers, ...compareTakers };

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
 * looked at, except that handles get the names that they have there. The recording's header names the kernel that was asked for.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function runTrace(trace: Trace, options: RunOptions = {}): Trace {
  checkTrace('runTrace: trace', trace);
  const items = Array.from(runItems(trace, takeOptions('runTrace: options', options, runTakers)));
  return withJson({ source: trace.source, header: readHeader(items, trace.source), items });
}

/** The same for a trace that is read piece by piece: the items of its recording, as they come. */
export function* runItems(trace: TraceItems, { kernel }: RunOptions = {}): Generator<TraceItem> {
  const items = recordedItems(trace, kernel);
  yield* kernel === undefined ? items : withKernel(items, requireKernel(kernel));
}

function* recordedItems(trace: TraceItems, kernel: string | undefined): Generator<TraceItem> {
  for (const { recorded } of runPieces(trace, kernel)) yield* recorded;
}

/**
 * Executes the calls of a recording on a fresh model and compares what the model does with what was recorded.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
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
  const comparison = new TraceComparison(seenEvents(trace), options);
  for (const { items, recorded } of runPieces(trace, options.kernel)) {
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
function* runPieces(trace: TraceItems, kernel: string | undefined): Generator<RunPiece> {
  const settings = machineOptions(trace, kernel);
  using machine = new Machine(settings);
  const recorder = new Recorder(trace.header, settings.kernel);
  for (const items of piecesOf(trace.items)) {
    const observe = () => readObservations(machine.execute(encodeCalls(items.filter(isExecuted))));
    yield { items, recorded: recorder.record(items, recorder.isDead ? [] : observe()) };
  }
}
