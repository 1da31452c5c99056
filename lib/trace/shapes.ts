// SPDX-License-Identifier: GPL-2.0-only
/** What traces of callers must look like, see types.ts: whoever is given one checks it as a whole. */
import { checkText } from '../arguments.js';
import { refusals } from '../generated/abi.js';
import {
  checkShape,
  count,
  either,
  listOf,
  mapOf,
  object,
  oneOf,
  optional,
  type Shape,
  text,
  variants,
  word,
} from '../shapes.js';
import { show } from '../show.js';
import { operationTable } from './operations.js';
import type { Trace } from './types.js';

const name: Shape = oneOf(operationTable.map((operation) => operation.name));
const level: Shape = oneOf(['r1', 'r2', 'r3', 'seg']);

export const callResult: Shape = variants('kind', {
  number: object({ value: word }),
  handle: object({ handle: count }),
  null: object({}),
  list: object({ gmaps: listOf(count) }),
  bug: object({ place: optional(text) }),
  refused: object({ code: oneOf([...refusals.map((refusal) => refusal.name), 'UNSUPPORTED']), reason: text }),
});

const event: Shape = variants('kind', {
  notify: object({ notifier: count, gmap: count, gaddr: word, end: optional(word) }),
  idte: object({ gmap: count }),
  inner_shadow: object({ notifier: count, gmap: count, asce: word, answer: word }),
});

const key: Shape = variants('kind', {
  lowcore: object({}),
  gmap: object({ gmap: count }),
  g2h: object({ gmap: count, gaddr: word }),
  h2g: object({ gmap: count, vmaddr: word }),
  entry: object({ gmap: count, level, gaddr: word }),
  pte: object({ vmaddr: word }),
  shadow: object({ gmap: count }),
  spte: object({ gmap: count, saddr: word }),
  rmap: object({ gmap: count, vmaddr: word, place: count }),
});

const host: Shape = either('a bigint or ?', word, oneOf(['?']));
const page: Shape = object({ vmaddr: word, pte: word, pgste: word, pmd: word, key: optional(word) });
const regionEntry: Shape = object({ gmap: count, gaddr: word, flags: word, index: word });

const fact: Shape = variants('kind', {
  lowcore: object({ enabled: either('a gmap, none or dangling', count, oneOf(['none', 'dangling'])) }),
  gmap: object({ gmap: count, asce: word, end: word, tables: word }),
  g2h: object({ gmap: count, gaddr: word, vmaddr: word }),
  h2g: object({ gmap: count, vmaddr: word, gaddr: word }),
  entry: variants('level', {
    r1: regionEntry,
    r2: regionEntry,
    r3: regionEntry,
    seg: object({ gmap: count, gaddr: word, flags: word, host: optional(host), index: optional(word) }),
  }),
  shadow: object({
    gmap: count,
    parent: count,
    asce: word,
    edat: word,
    state: oneOf(['live', 'removed', 'making']),
    child: either('a bigint or -', word, oneOf(['-'])),
    refs: word,
    pts: word,
  }),
  spte: object({ gmap: count, saddr: word, flags: word, host, pgste: word }),
  rmap: object({ gmap: count, vmaddr: word, place: count, raddr: word }),
  pte: variants('page', { notable: object({ vmaddr: word }), none: page, zero: page, anon: page, page, swap: page }),
});

const change: Shape = variants('sign', { '+': object({ fact }), '-': object({ key }) });

/** What was observed of a call. */
const observed = { name, result: optional(callResult), events: listOf(event), changes: listOf(change) };

export const observationShape: Shape = object(observed);

const item: Shape = variants('kind', {
  comment: object({ text, line: count }),
  call: object({ ...observed, args: listOf(word), line: count }),
});

const trace: Shape = object({ source: text, header: mapOf(text, text), items: listOf(item) });

/** A whole trace, or throws. */
export function checkTrace(named: string, value: unknown): void {
  checkShape(named, value, trace);
  checkSource(`${named}.source`, (value as Trace).source);
}

/** Longer than any path: a source is shown whole in messages. */
const SOURCE_CHARACTERS = 4096;

/** What names a trace in messages, or throws. */
export function checkSource(named: string, value: unknown): string {
  const source = checkText(named, value);
  if (source.length > SOURCE_CHARACTERS)
    throw new RangeError(`${named} must have at most ${SOURCE_CHARACTERS} characters, not ${show(source)}`);
  return source;
}
