// SPDX-License-Identifier: GPL-2.0-only
/** Reads the line of a call: `gmap_translate(g0, 0x1000) = -EFAULT`. */
import { type ArgForm, errnos, injectKinds } from '../generated/abi.js';
import { withJson } from './json.js';
import type { LineReader } from './line-reader.js';
import { findOperation, type Operation, signature, similarOperation } from './operations.js';
import type { CallResult, TraceCall } from './types.js';
import { wordOfErrno } from './words.js';

/** What the binary format has room for. */
const MAX_REST = 255;

export function parseCall(reader: LineReader): Pick<TraceCall, 'name' | 'args' | 'result'> {
  const operation = parseName(reader);
  const args = parseArgs(reader, operation);
  const result = reader.skip(' = ') ? parseResult(reader, operation) : undefined;
  reader.expectEnd(result ? 'the end of the line' : "' = ' or the end of the line");
  return { name: operation.name, args, result };
}

function parseName(reader: LineReader): Operation {
  const position = reader.position;
  const name = reader.name();
  if (name === '') reader.fail('a call, a # comment, or two spaces and !, + or -', position);
  const operation = findOperation(name);
  if (operation) return operation;
  const similar = name.length < 100 ? similarOperation(name) : undefined;
  return reader.fail(similar ? `a call (did you mean ${similar}?)` : 'a call of the trace format', position);
}

function parseArgs(reader: LineReader, operation: Operation): bigint[] {
  const args: bigint[] = [];
  reader.expect('(');
  for (const { name, form } of operation.args) {
    if (form === 'REST' || (form === 'OPT' && reader.at(')'))) break;
    // The words are for what fails: to make them for every call took a tenth of the time.
    if (args.length > 0 && !reader.skip(', ')) reader.fail(`', ' and ${name}, as in ${signature(operation)}`);
    args.push(parseArg(reader, name, form));
  }
  if (operation.args.at(-1)?.form === 'REST') parseRest(reader, args);
  if (!reader.skip(')')) reader.fail(`')', as in ${signature(operation)}`);
  return args;
}

function parseRest(reader: LineReader, args: bigint[]): void {
  const most = args.length + MAX_REST;
  while (reader.skip(', ')) {
    if (args.length === most) reader.fail(`no more than ${MAX_REST} addresses`);
    args.push(reader.number('an address'));
  }
}

function parseArg(reader: LineReader, name: string, form: ArgForm): bigint {
  switch (form) {
    case 'MM':
      return BigInt(reader.handle('mm'));
    case 'GMAP':
      return BigInt(reader.handle('g'));
    case 'NOTIFIER':
      return BigInt(reader.handle('n'));
    case 'INJECT':
      return BigInt(injectKinds.indexOf(reader.oneOf(injectKinds, 'a kind of failure')));
    case 'NULL':
      reader.expect('NULL');
      return 0n;
    default:
      return reader.number(name);
  }
}

function parseResult(reader: LineReader, operation: Operation): CallResult {
  if (reader.skip('BUG')) return { kind: 'bug', place: undefined };
  switch (operation.result) {
    case 'VOID':
      return reader.fail(`BUG, or nothing after the call: ${operation.name} returns nothing`);
    case 'HANDLE_MM':
      return parseNewHandle(reader, 'mm');
    case 'HANDLE_GMAP':
      return parseNewHandle(reader, 'g');
    case 'HANDLE_SHADOW':
      return reader.at('-')
        ? withJson({ kind: 'number', value: parseError(reader) })
        : { kind: 'handle', handle: reader.handle('g') };
    case 'LIST_GMAP':
      return { kind: 'list', gmaps: parseList(reader) };
    default:
      return withJson({ kind: 'number', value: reader.at('-') ? parseError(reader) : reader.number('a result') });
  }
}

function parseNewHandle(reader: LineReader, prefix: 'mm' | 'g'): CallResult {
  return reader.skip('NULL') ? { kind: 'null' } : { kind: 'handle', handle: reader.handle(prefix) };
}

/** `-EFAULT`, as an error-valued word. */
export function parseError(reader: LineReader): bigint {
  reader.expect('-');
  const position = reader.position;
  const code = reader.name();
  return wordOfErrno(code) ?? reader.fail(`an error: one of ${errnos.map(({ name }) => name).join(', ')}`, position);
}

function parseList(reader: LineReader): number[] {
  const gmaps: number[] = [];
  reader.expect('[', "a list of gmaps such as '[g1, g0]'");
  if (reader.skip(']')) return gmaps;
  do gmaps.push(reader.handle('g'));
  while (reader.skip(', '));
  reader.expect(']', "', ' or ']'");
  return gmaps;
}
