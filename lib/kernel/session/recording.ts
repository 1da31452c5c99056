// SPDX-License-Identifier: GPL-2.0-only
/** From a program and what a real kernel did with it to a recording. */

import { makeComment } from '../../trace/make.js';
import type { Observation } from '../../trace/observations.js';
import { callsOf } from '../../trace/program.js';
import { recordTrace } from '../../trace/record.js';
import type { Trace, TraceCall, TraceComment, TraceItem } from '../../trace/types.js';
import type { InstalledKernel } from '../manifest.js';
import type { Execution } from './execution.js';

/** Where a recording was made. */
export interface Recorder {
  readonly kernel: InstalledKernel;
  /** What the guest said of itself. */
  readonly ready: ReadonlyMap<string, string>;
  readonly qemu: string;
}

/** What another recording of the program says of its own kernel. */
const REPLACED = /^# (?:kernel|code|source|machine|events): /;
const NOT_SURVIVED = '# the kernel did not survive this: ';
const OUTCOME = /^# (?:not reached|refused)\b/;

export function recordObservations(program: Trace, execution: Execution, recorder: Recorder): Trace {
  const { kernel } = recorder.kernel;
  const calls = callsOf(program);
  const killer = execution.died && calls[execution.observations.length];
  const items = [...headerItems(recorder), ...withDeath(withoutOutcomes(program.items), killer, execution)];
  const observations = killer ? [...execution.observations, bugOf(killer)] : execution.observations;
  return recordTrace({ source: program.source, header: new Map([['kernel', kernel]]), items }, observations, kernel);
}

function headerItems({ kernel, ready, qemu }: Recorder): TraceComment[] {
  const machine = [...ready].filter(([name]) => name !== 'release').map(([name, value]) => `${name}=${value}`);
  return [
    makeComment(`# kernel: ${kernel.kernel}`),
    makeComment(`# source: linux ${kernel.version}, s390x, qemu tcg ${qemu}, 1 cpu`),
    ...(machine.length > 0 ? [makeComment(`# machine: ${machine.join(' ')}`)] : []),
    // Flushes of the TLB cannot be seen from inside of a kernel.
    makeComment('# events: notify'),
  ];
}

/** A program that is a recording: without what that says of its own kernel, and of what that one did. */
function withoutOutcomes(items: readonly TraceItem[]): TraceItem[] {
  const kept: TraceItem[] = [];
  let inHeader = true;
  let dying = false;
  for (const item of items) {
    if (item.kind === 'call') inHeader = false;
    dying = item.kind === 'comment' && (dying || item.text.startsWith(NOT_SURVIVED));
    const replaced = item.kind === 'comment' && ((inHeader && REPLACED.test(item.text)) || OUTCOME.test(item.text));
    if (!dying && !replaced) kept.push(item);
  }
  return kept;
}

/** Puts what the console said above the call that the kernel died of. */
function withDeath(items: readonly TraceItem[], killer: TraceCall | undefined, { died }: Execution): TraceItem[] {
  if (!killer || !died) return [...items];
  const words = [
    makeComment(NOT_SURVIVED + died.summary),
    ...died.details.map((line) => makeComment(`#   ${line.trim()}`)),
  ];
  return items.flatMap((item) => (item === killer ? [...words, item] : [item]));
}

function bugOf({ name }: TraceCall): Observation {
  return { name, result: { kind: 'bug', place: undefined }, events: [], changes: [] };
}
