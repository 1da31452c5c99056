// SPDX-License-Identifier: GPL-2.0-only
/** A real kernel and the model, or another observer, side by side. */
import { checkText, checkWord, flag, optional, type Taker, type Takers, takeOptions } from '../arguments.js';
import { checkOurs } from '../brands.js';
import { takeCode } from '../own-code/names.js';
import type { Difference } from '../trace/compare.js';
import { portTrace } from '../trace/port.js';
import { callsOf } from '../trace/program.js';
import { type RunOptions, replay, runTrace } from '../trace/replay.js';
import { checkTrace } from '../trace/shapes.js';
import type { Trace, TraceCall, TraceItem } from '../trace/types.js';
import type { Session } from './session/session.js';

/** What is compared with the kernel. */
export interface CompareWithKernelOptions {
  /** The profile of the model, `6.1` or `linux-6.1`. Default: that of the kernel's version. */
  readonly kernel?: string;
  /** The built code that is compared with the kernel in the port's place. */
  readonly code?: string;
  /** Compare reference and change bits too, also where no header says `strict: 1`. Default: false. */
  readonly strict?: boolean;
  /**
   * `dump`: what the module observes at a program's end is compared with a crash dump of that moment, which is also checked. No model
   * runs, so `kernel` and `code` are left out. Default: the model is compared with what the module observes.
   */
  readonly observer?: Observer;
}

/** What is compared with a kernel: see {@link CompareWithKernelOptions.observer}. */
export type Observer = 'model' | 'dump';
export const observers: readonly Observer[] = ['model', 'dump'];

export const compareTakers: Takers<CompareWithKernelOptions> = {
  kernel: optional(checkText),
  code: optional(takeCode),
  strict: flag(false),
  observer: optional(((name, value) => observers[checkWord(name, value, observers)]) as Taker<Observer>),
};

/** The options. @throws {TypeError} if one is for another observer. */
export function takeCompareOptions(name: string, options: CompareWithKernelOptions): CompareWithKernelOptions {
  const taken = takeOptions(name, options, compareTakers);
  if (taken.observer === 'dump' && (taken.kernel !== undefined || taken.code !== undefined))
    throw new TypeError(`${name}: no model runs beside the observer dump: leave kernel and code out`);
  return taken;
}

/** What of the options says whom to run. */
const runnerOf = ({ kernel, code }: CompareWithKernelOptions): RunOptions => ({
  ...(kernel !== undefined && { kernel }),
  ...(code !== undefined && { code }),
});

/** How the model did against a real kernel with one program. */
export interface Comparison {
  /** Whether both sides did the same. */
  readonly passed: boolean;
  /** How many calls were compared. */
  readonly calls: number;
  /** Where the model first does something else than the kernel did; its line is that of the program. */
  readonly difference: Difference | undefined;
  /** What the kernel did. */
  readonly recording: Trace;
  /** Whether the kernel died of the last call. */
  readonly died: boolean;
  /** Calls that could not be made on the kernel, and why; they are not compared. */
  readonly skipped: readonly SkippedCalls[];
}

/** Calls that cannot be made on a kernel. */
export interface SkippedCalls {
  /** `gmap_unlink` */
  readonly name: string;
  /** Why, for people. */
  readonly reason: string;
  /** How many. */
  readonly count: number;
}

/**
 * Records a program on the kernel and replays the recording on the model.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 * @throws {OwnCodeError} as the constructor of Machine, also for a kernel that is another one than the code's.
 * @throws {LiveKernelError} if the kernel cannot be booted, or the guest's programs fail.
 */
export async function compareWithKernel(
  session: Session,
  program: Trace,
  options: CompareWithKernelOptions = {},
): Promise<Comparison> {
  checkOurs('compareWithKernel: session', session, 'Session');
  checkTrace('compareWithKernel: program', program);
  const taken = takeCompareOptions('compareWithKernel: options', options);
  if (taken.observer === 'dump') return compareWithDump(session, program);
  const { kernel } = session.kernel;
  const suspect = expectedDeath(portTrace(program, kernel), { kernel, ...runnerOf(taken) });
  const recording = await session.record(program, { suspect });
  return compareRecording(program, recording, taken);
}

/** Of a kernel that died there is no dump: nothing is compared, and nothing differs. */
async function compareWithDump(session: Session, program: Trace): Promise<Comparison> {
  const recording = await session.record(program);
  if (hasDied(recording)) return comparisonOf(program, recording, { calls: 0, difference: undefined });
  // Who compares with the model does without.
  const { compareDumps } = await import('./compare-dump.js');
  const difference = await compareDumps(session, recording);
  return comparisonOf(program, recording, { calls: callsOf(recording).length, difference });
}

/** The same where the kernel has done its part. */
export function compareRecording(program: Trace, recording: Trace, options: CompareWithKernelOptions = {}): Comparison {
  return comparisonOf(program, recording, replay(recording, { ...runnerOf(options), strict: options.strict ?? false }));
}

function comparisonOf(
  program: Trace,
  recording: Trace,
  { calls, difference }: Pick<Comparison, 'calls' | 'difference'>,
): Comparison {
  const placed = difference && { ...difference, line: lineInProgram(program, recording, difference.line) };
  const skipped = skippedCalls(recording);
  return { passed: !difference, calls, difference: placed, recording, died: hasDied(recording), skipped };
}

const hasDied = (recording: Trace) => callsOf(recording).at(-1)?.result?.kind === 'bug';

/** Where the model says that the kernel dies: the place among the calls. */
function expectedDeath(program: Trace, runner: RunOptions): number | undefined {
  const place = callsOf(runTrace(program, runner)).findIndex((call) => call.result?.kind === 'bug');
  return place < 0 ? undefined : place;
}

/** The recording of a program has the same calls, in the same order. */
function lineInProgram(program: Trace, recording: Trace, line: number): number {
  const isCall = (item: TraceItem) => item.kind === 'call';
  const place = recording.items.filter(isCall).findIndex((call) => call.line === line);
  return program.items.filter(isCall)[place]?.line ?? line;
}

/** The calls of a recording that the kernel does not have, or that were refused, by name and reason. */
export function skippedCalls(recording: Trace): SkippedCalls[] {
  checkTrace('skippedCalls: recording', recording);
  return countSkipped(recording.items.filter((item) => item.kind === 'call'));
}

/** The same of calls that were observed. */
export function countSkipped(calls: readonly Pick<TraceCall, 'name' | 'result'>[]): SkippedCalls[] {
  const counts = new Map<string, SkippedCalls>();
  for (const { name, result } of calls) {
    if (result?.kind !== 'refused') continue;
    const { reason } = result;
    const key = `${name} ${reason}`;
    counts.set(key, { name, reason, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
