// SPDX-License-Identifier: GPL-2.0-only
/** From text to a trace. */
import { FIRST_LINE, readHeader } from './header.js';
import { withJson } from './json.js';
import { LineReader } from './line-reader.js';
import { parseCall } from './parse-call.js';
import { parseChange } from './parse-fact.js';
import type { Change, Trace, TraceCall, TraceEvent, TraceItem } from './types.js';

/** A first line of another version than {@link FIRST_LINE}. */
const OTHER_VERSION = /^# gmap-trace (?!1$)([0-9]+)$/;

/** A call whose events and changes are still being read. */
type OpenCall = TraceCall & { readonly events: TraceEvent[]; readonly changes: Change[] };

/**
 * Reads a program or a recording. `source` names it in messages; usually it is the file's name.
 *
 * @throws {TraceSyntaxError} at the first line that is not in the trace format, with its line and column.
 */
export function parseTrace(text: string, source = '<trace>'): Trace {
  const lines = text.split('\n');
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  const first = new LineReader(source, 1, lines[0] ?? '');
  const version = OTHER_VERSION.exec(lines[0] ?? '')?.[1];
  if (version !== undefined) first.problem(`expected version 1 of the trace format, found version ${version}`);
  first.expect(FIRST_LINE);
  first.expectEnd();

  const items: TraceItem[] = [];
  let call: OpenCall | undefined;
  for (let i = 1; i < lines.length; i++) {
    const content = lines[i] ?? '';
    const line = i + 1;
    if (content === '' || content.startsWith('#')) {
      items.push({ kind: 'comment', text: content, line });
    } else if (content.startsWith(' ')) {
      parseObservation(new LineReader(source, line, content), call);
    } else {
      const read = parseCall(new LineReader(source, line, content));
      call = withJson<OpenCall>({ kind: 'call', ...read, events: [], changes: [], line });
      items.push(call);
    }
  }
  return withJson({ source, header: readHeader(items, source), items });
}

/** A line with an event or a change of the state, which belongs to the call above it. */
function parseObservation(reader: LineReader, call: OpenCall | undefined): void {
  if (!call) reader.fail('a call before the first observation');
  reader.expect('  ', 'two spaces, then !, + or -');
  if (reader.skip('! ')) {
    if (call.changes.length > 0) reader.fail('no event after + and - lines (events come first)', 2);
    call.events.push(parseEvent(reader));
  } else if (reader.skip('- ')) {
    if (call.changes.at(-1)?.sign === '+') reader.fail('no - line after a + line', 2);
    call.changes.push(parseChange('-', reader));
  } else if (reader.skip('+ ')) {
    call.changes.push(parseChange('+', reader));
  } else {
    reader.fail("'! ', '+ ' or '- '");
  }
  reader.expectEnd();
}

function parseEvent(reader: LineReader): TraceEvent {
  const kind = reader.oneOf(['notify', 'idte'], 'an event');
  reader.expect('(');
  const event = kind === 'idte' ? { kind, gmap: reader.handle('g') } : parseNotify(reader);
  reader.expect(')');
  return event;
}

function parseNotify(reader: LineReader): TraceEvent {
  const notifier = reader.handle('n');
  reader.expect(', ');
  const gmap = reader.handle('g');
  reader.expect(', ');
  const gaddr = reader.number('a guest address');
  const end = reader.skip(', ') ? reader.number('the last guest address') : undefined;
  return withJson({ kind: 'notify', notifier, gmap, gaddr, end });
}
