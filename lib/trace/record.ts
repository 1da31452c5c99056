// SPDX-License-Identifier: GPL-2.0-only
/** From a program and what a machine observed of it to a recording. */
import { checkText } from '../arguments.js';
import { type BugPlace, bugPlaces } from '../generated/abi.js';
import { checkShape, listOf } from '../shapes.js';
import { show } from '../show.js';
import { readHeader } from './header.js';
import { withJson } from './json.js';
import { lineNumberer, makeComment, type Unnumbered } from './make.js';
import type { Observation } from './observations.js';
import { printCall, printCallWithoutResult } from './print.js';
import { checkTrace, observationShape } from './shapes.js';
import type { Trace, TraceCall, TraceItem } from './types.js';

/** How recordings say why a call ended in BUG. */
const NOT_SURVIVED = '# the kernel did not survive this: ';

/**
 * The recording of a program: its comments, and its calls with what was observed of them. Calls after one that
 * ended in BUG become comments. `kernel` is written into the header if the program names none.
 *
 * @throws {TypeError} if the observations are those of another program.
 */
export function recordTrace(program: Trace, observations: readonly Observation[], kernel: string): Trace {
  checkTrace('recordTrace: program', program);
  checkShape('recordTrace: observations', observations, listOf(observationShape));
  checkText('recordTrace: kernel', kernel);
  const { source, header } = program;
  const items = new Recorder(header, kernel).record(program.items, observations);
  return withJson({ source, header: readHeader(items, source), items });
}

/** Records a program piece by piece. */
export class Recorder {
  readonly #number = lineNumberer();
  /** Of which kernel it is, as long as that has to be said. */
  #kernel: string | undefined;
  #last: TraceItem | undefined;
  #isDead = false;

  constructor(header: Trace['header'], kernel: string) {
    this.#kernel = header.has('kernel') ? undefined : kernel;
  }

  /** Whether a call ended in BUG: no more are observed. */
  get isDead(): boolean {
    return this.#isDead;
  }

  /** The recording of the next items of the program. Throws what {@link recordTrace} throws. */
  record(program: readonly TraceItem[], observations: readonly Observation[]): TraceItem[] {
    const items: TraceItem[] = [];
    const add = (item: Unnumbered) => {
      this.#last = this.#number(item);
      items.push(this.#last);
    };
    const next = observations.values();
    if (this.#kernel !== undefined) add(makeComment(`# kernel: ${this.#kernel}`));
    this.#kernel = undefined;
    for (const item of program) {
      if (item.kind === 'comment') {
        add(item);
      } else if (item.result?.kind === 'refused') {
        // as it stands in a file: nobody executes it
        add(makeComment(printCall(item)));
      } else if (this.#isDead) {
        add(makeComment(`# not reached: ${printCallWithoutResult(item)}`));
      } else {
        const call = observedCall(item, next.next().value);
        const place = call.result?.kind === 'bug' ? call.result.place : undefined;
        if (place !== undefined && !saysWhy(this.#last)) add(makeComment(NOT_SURVIVED + textOf(place)));
        add(call);
        this.#isDead = call.result?.kind === 'bug';
      }
    }
    return items;
  }
}

function observedCall(call: TraceCall, observation: Observation | undefined): TraceCall {
  if (observation?.name !== call.name) {
    throw new TypeError(
      `recordTrace: line ${show(call.line)}: ${call.name} was not observed, but ${observation?.name ?? 'nothing'}`,
    );
  }
  const { result, events, changes } = observation;
  return { ...call, result, events, changes };
}

function saysWhy(item: TraceItem | undefined): boolean {
  return item?.kind === 'comment' && item.text.startsWith(NOT_SURVIVED);
}

function textOf(place: BugPlace): string {
  return bugPlaces.find(({ name }) => name === place)?.text ?? place;
}
