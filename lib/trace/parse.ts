// SPDX-License-Identifier: GPL-2.0-only
/** From text to a trace. */
import { checkText } from '../arguments.js';
import { show } from '../show.js';
import { FIRST_LINE, isHeaderLine, readHeader } from './header.js';
import { withJson } from './json.js';
import { LineReader } from './line-reader.js';
import { LineSplitter } from './line-splitter.js';
import { parseCall, parseError } from './parse-call.js';
import { parseChange } from './parse-fact.js';
import { checkSource } from './shapes.js';
import type { Change, Trace, TraceCall, TraceComment, TraceEvent, TraceItem } from './types.js';

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
  checkText('parseTrace: text', text);
  const parser = new TraceParser(checkSource('parseTrace: source', source));
  const splitter = new LineSplitter();
  const items: TraceItem[] = [];
  for (const line of splitter.push(text)) parser.line(line, items);
  for (const line of splitter.end()) parser.line(line, items);
  parser.end(items);
  return withJson({ source, header: parser.header(), items });
}

/** Reads a trace line by line. */
export class TraceParser {
  readonly #source: string;
  readonly #headerLines: TraceComment[] = [];
  #line = 0;
  #call: OpenCall | undefined;
  /** The last call, which later lines can still add to, and the comments since. */
  #open: TraceItem[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  /** How many lines were read. */
  get lines(): number {
    return this.#line;
  }

  /** Takes the next line, without its LF. Items that are complete with it are added to `complete`. */
  line(text: string, complete: TraceItem[]): void {
    const line = ++this.#line;
    if (line === 1) {
      readFirstLine(new LineReader(this.#source, line, text), text);
    } else if (text === '' || text.startsWith('#')) {
      const comment: TraceComment = { kind: 'comment', text, line };
      if (!this.#call && isHeaderLine(text)) this.#headerLines.push(comment);
      this.#open.push(comment);
    } else if (text.startsWith(' ')) {
      parseObservation(new LineReader(this.#source, line, text), this.#call);
    } else {
      const read = parseCall(new LineReader(this.#source, line, text));
      this.end(complete);
      this.#call = withJson<OpenCall>({ kind: 'call', ...read, events: [], changes: [], line });
      this.#open.push(this.#call);
    }
  }

  /** After the last line: adds what is complete then. */
  end(complete: TraceItem[]): void {
    for (const item of this.#open) complete.push(item);
    this.#open = [];
  }

  /** The header, of the lines so far. Throws what {@link readHeader} throws. */
  header(): Map<string, string> {
    return readHeader(this.#headerLines, this.#source);
  }
}

function readFirstLine(reader: LineReader, text: string): void {
  const version = OTHER_VERSION.exec(text)?.[1];
  if (version !== undefined) reader.problem(`expected version 1 of the trace format, found version ${show(version)}`);
  reader.expect(FIRST_LINE);
  reader.expectEnd();
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
  const kind = reader.oneOf(['notify', 'idte', 'inner_shadow'], 'an event');
  reader.expect('(');
  if (kind === 'inner_shadow') return parseInnerShadow(reader);
  const event = kind === 'idte' ? { kind, gmap: reader.handle('g') } : parseNotify(reader);
  reader.expect(')');
  return event;
}

/** The block and the gmap, up to what follows them. */
function parseNotifier(reader: LineReader): { notifier: number; gmap: number } {
  const notifier = reader.handle('n');
  reader.expect(', ');
  const gmap = reader.handle('g');
  reader.expect(', ');
  return { notifier, gmap };
}

function parseInnerShadow(reader: LineReader): TraceEvent {
  const whose = parseNotifier(reader);
  const asce = reader.number('an ASCE');
  reader.expect(') = ');
  return withJson({ kind: 'inner_shadow', ...whose, asce, answer: parseError(reader) });
}

function parseNotify(reader: LineReader): TraceEvent {
  const whose = parseNotifier(reader);
  const gaddr = reader.number('a guest address');
  const end = reader.skip(', ') ? reader.number('the last guest address') : undefined;
  return withJson({ kind: 'notify', ...whose, gaddr, end });
}
