// SPDX-License-Identifier: GPL-2.0-only
/** Random programs on a real kernel, and the model or another observer; what differs is made small. */

import { callback, number, optional, signal, type Takers, takeOptions } from '../arguments.js';
import { checkOurs } from '../brands.js';
import { randomProgram } from '../programs/random/program.js';
import { shrink } from '../programs/shrink.js';
import type { StopSignal } from '../stop-signal.js';
import type { Trace } from '../trace/types.js';
import {
  type CompareWithKernelOptions,
  type Comparison,
  compareTakers,
  compareWithKernel,
  type SkippedCalls,
} from './compare.js';
import { compareEach } from './compare-each.js';
import type { Session } from './session/session.js';

/** Which programs, and who hears of them. */
export interface RandomPrograms {
  /** How many programs, from 0 on. */
  readonly programs: number;
  /** Of the first program; the next one has the next seed. A whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** Random calls of each program, up to ten million. */
  readonly length: number;
  /** Ends the work early; what was found until then is answered. */
  readonly signal?: StopSignal;
  /** Is told after each program, and of each step of making one smaller. */
  readonly onProgress?: (progress: RandomProgress) => void;
}

/** What is compared with the kernel, and which programs. */
export interface RandomComparisonOptions extends CompareWithKernelOptions, RandomPrograms {}

/** What compares programs. */
export interface Comparer {
  /** One after the other. */
  readonly each: (programs: Iterable<Trace>) => AsyncIterable<Comparison>;
  readonly one: (program: Trace) => Promise<Comparison>;
}

/** How far comparing is. */
export interface RandomProgress {
  /** Programs that were compared. */
  readonly programs: number;
  /** Calls in them that were compared. */
  readonly calls: number;
  /** Programs with a difference. */
  readonly failed: number;
  /** While a difference is made small: of which program. */
  readonly shrinking?: {
    /** Of the program as it was. */
    readonly seed: number;
    /** How many are left. */
    readonly calls: number;
  };
}

/** A program with a difference, as small as it could be made. */
export interface RandomFinding {
  /** Of the random program that was made smaller. */
  readonly seed: number;
  /** What came of the smallest one. */
  readonly comparison: Comparison;
}

/** What came of random programs. */
export interface RandomComparison {
  /** Programs without a difference. */
  readonly passed: number;
  /** Programs with one. */
  readonly failed: number;
  /** Calls that were compared. */
  readonly calls: number;
  /** Calls that could not be made on the kernel, by name and reason. */
  readonly skipped: readonly SkippedCalls[];
  /** How long comparing took, in seconds, without what came before and after it. */
  readonly seconds: number;
  /** Of the first programs that failed: making one small takes many runs. */
  readonly findings: readonly RandomFinding[];
}

/** Differences that are made small. More of them usually say the same. */
const MOST_FINDINGS = 5;

const WHOLE = Number.MAX_SAFE_INTEGER;
const takers: Takers<RandomComparisonOptions> = {
  ...compareTakers,
  programs: number(0, WHOLE),
  seed: number(0, 0xffff_ffff),
  length: number(0, WHOLE),
  signal: optional(signal),
  onProgress: optional(callback()),
};

/** What of the options is about comparing. */
function profileOf({ kernel, code, strict = false, observer }: CompareWithKernelOptions): CompareWithKernelOptions {
  return {
    ...(kernel !== undefined && { kernel }),
    ...(code !== undefined && { code }),
    ...(observer !== undefined && { observer }),
    strict,
  };
}

/**
 * Compares the programs with seeds from `seed` on.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 * @throws {LiveKernelError} if the kernel cannot be booted, or the guest's programs fail.
 */
export async function compareRandom(session: Session, options: RandomComparisonOptions): Promise<RandomComparison> {
  checkOurs('compareRandom: session', session, 'Session');
  const taken = takeOptions('compareRandom: options', options, takers);
  const how = profileOf(taken);
  const comparer: Comparer = {
    each: (programs) => compareEach(session, programs, how),
    one: (program) => compareWithKernel(session, program, how),
  };
  return compareRandomBy(comparer, taken);
}

/** The same, whoever compares. */
export async function compareRandomBy(comparer: Comparer, options: RandomPrograms): Promise<RandomComparison> {
  const { programs, seed, length, signal, onProgress } = options;
  const failed: { seed: number; comparison: Comparison }[] = [];
  const skipped = new Map<string, SkippedCalls>();
  const started = performance.now();
  let done = 0;
  let calls = 0;
  for await (const comparison of comparer.each(programsOf(seed, programs, length))) {
    if (!comparison.passed) failed.push({ seed: (seed + done) >>> 0, comparison });
    done++;
    calls += comparison.calls;
    for (const some of comparison.skipped) addSkipped(skipped, some);
    onProgress?.({ programs: done, calls, failed: failed.length });
    if (signal?.aborted) break;
  }
  const seconds = (performance.now() - started) / 1000;
  const findings: RandomFinding[] = [];
  for (const finding of failed.slice(0, MOST_FINDINGS)) {
    if (signal?.aborted) break;
    const onShrink = (left: number) =>
      onProgress?.({
        programs: done,
        calls,
        failed: failed.length,
        shrinking: { seed: finding.seed, calls: left },
      });
    findings.push({ seed: finding.seed, comparison: await smallest(comparer, finding, options, onShrink) });
  }
  return {
    passed: done - failed.length,
    failed: failed.length,
    calls,
    skipped: [...skipped.values()],
    seconds,
    findings,
  };
}

function* programsOf(seed: number, count: number, length: number) {
  for (let i = 0; i < count; i++) yield randomProgram((seed + i) >>> 0, length);
}

function addSkipped(sums: Map<string, SkippedCalls>, some: SkippedCalls): void {
  const key = `${some.name} ${some.reason}`;
  sums.set(key, { ...some, count: some.count + (sums.get(key)?.count ?? 0) });
}

async function smallest(
  comparer: Comparer,
  { seed, comparison }: RandomFinding,
  options: RandomPrograms,
  onShrink: (calls: number) => void,
): Promise<Comparison> {
  const { length, signal } = options;
  const wanted = signature(comparison);
  let best = comparison;
  await shrink(
    randomProgram(seed, length),
    async (program) => {
      if (signal?.aborted) return false;
      const tried = await comparer.one(program);
      if (signature(tried) !== wanted) return false;
      best = tried;
      return true;
    },
    { onProgress: onShrink },
  );
  return best;
}

/** What makes two differences the same one: the call and what it answered, or that a state or an event differs. */
function signature({ difference }: Comparison): string {
  if (!difference) return '';
  const name = difference.call.replace(/\(.*/s, '');
  return difference.what === 'result'
    ? `${name} ${difference.expected} ${difference.got}`
    : `${name} ${difference.what}`;
}
