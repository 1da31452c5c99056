// SPDX-License-Identifier: GPL-2.0-only
/** From a program and what a machine observed of it to a recording. */
import { type BugPlace, bugPlaces } from '../generated/abi.js';
import { makeComment, traceOf, type Unnumbered } from './make.js';
import type { Observation } from './observations.js';
import { printCall, printCallWithoutResult } from './print.js';
import type { Trace, TraceCall } from './types.js';

/** How recordings say why a call ended in BUG. */
const NOT_SURVIVED = '# the kernel did not survive this: ';

/**
 * The recording of a program: its comments, and its calls with what was observed of them. Calls after one that
 * ended in BUG become comments. `kernel` is written into the header if the program names none.
 *
 * @throws {TypeError} if the observations are those of another program.
 */
export function recordTrace(program: Trace, observations: readonly Observation[], kernel: string): Trace {
  const items: Unnumbered[] = [];
  const next = observations.values();
  let dead = false;
  if (!program.header.has('kernel')) items.push(makeComment(`# kernel: ${kernel}`));
  for (const item of program.items) {
    if (item.kind === 'comment') {
      items.push(item);
    } else if (item.result?.kind === 'refused') {
      // as it stands in a file: nobody executes it
      items.push(makeComment(printCall(item)));
    } else if (dead) {
      items.push(makeComment(`# not reached: ${printCallWithoutResult(item)}`));
    } else {
      const call = observedCall(item, next.next().value);
      const place = call.result?.kind === 'bug' ? call.result.place : undefined;
      if (place !== undefined && !saysWhy(items.at(-1))) items.push(makeComment(NOT_SURVIVED + textOf(place)));
      items.push(call);
      dead = call.result?.kind === 'bug';
    }
  }
  return traceOf(items, program.source);
}

function observedCall(call: TraceCall, observation: Observation | undefined): TraceCall {
  if (observation?.name !== call.name) {
    throw new TypeError(`line ${call.line}: ${call.name} was not observed, but ${observation?.name ?? 'nothing'}`);
  }
  const { result, events, changes } = observation;
  return { ...call, result, events, changes };
}

function saysWhy(item: Unnumbered | undefined): boolean {
  return item?.kind === 'comment' && item.text.startsWith(NOT_SURVIVED);
}

function textOf(place: BugPlace): string {
  return bugPlaces.find(({ name }) => name === place)?.text ?? place;
}
