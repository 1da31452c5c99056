// SPDX-License-Identifier: GPL-2.0-only
/** Makes traces, and the calls in them. */
import type { OperationName } from '../generated/abi.js';
import { readHeader } from './header.js';
import { withJson } from './json.js';
import type { CallResult, Trace, TraceCall, TraceComment, TraceItem } from './types.js';

/** An item whose place in a file is not known yet. */
export type Unnumbered = Omit<TraceComment, 'line'> | Omit<TraceCall, 'line'>;

/** A call of which nothing was observed but `result`, which names a new handle. It is in no trace yet. */
export function makeCall(name: OperationName, args: readonly bigint[], result?: CallResult): TraceCall {
  return withJson({ kind: 'call', name, args, result, events: [], changes: [], line: 0 });
}

/** A line that begins with `#`; its place in a trace is not known yet. */
export function makeComment(text: string): TraceComment {
  return { kind: 'comment', text, line: 0 };
}

/** A trace of these items, as the printed file of it would be read. */
export function traceOf(unnumbered: readonly Unnumbered[], source: string): Trace {
  const items = unnumbered.map(lineNumberer());
  return withJson({ source, header: readHeader(items, source), items });
}

/** Gives the items of a trace, one after the other, the line on which each is printed. */
export function lineNumberer(): (item: Unnumbered) => TraceItem {
  let line = 2;
  return (item) => {
    const numbered: TraceItem = withJson({ ...item, line });
    line += item.kind === 'comment' ? 1 : 1 + item.events.length + item.changes.length;
    return numbered;
  };
}
