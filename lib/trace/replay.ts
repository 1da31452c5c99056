// SPDX-License-Identifier: GPL-2.0-only
/** Executes traces on the model. */
import { Machine } from '../machine/machine.js';
import { type CompareOptions, type Difference, diffTraces } from './compare.js';
import { machineOptions, withKernel } from './header.js';
import { decodeObservations } from './observations.js';
import { callsOf, encodeProgram } from './program.js';
import { recordTrace } from './record.js';
import type { Trace } from './types.js';

export interface RunOptions {
  /** The kernel that the model shall behave like, in place of the one that the trace's header names: `6.1` or `linux-6.1`. */
  readonly kernel?: string;
}

export interface ReplayOptions extends RunOptions, CompareOptions {}

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
  const settings = machineOptions(trace, options.kernel);
  using machine = new Machine(settings);
  const observations = decodeObservations(machine.execute(encodeProgram(trace)));
  const program = options.kernel === undefined ? trace : withKernel(trace, settings.kernel);
  return recordTrace(program, observations, settings.kernel);
}

/**
 * Executes the calls of a recording on a fresh model and compares what the model does with what was recorded.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function replay(trace: Trace, options: ReplayOptions = {}): ReplayResult {
  const difference = diffTraces(trace, runTrace(trace, options), options);
  return { ok: difference === undefined, calls: callsOf(trace).length, difference };
}
