// SPDX-License-Identifier: GPL-2.0-only
/** Random traces and observations for property tests. */
import fc from 'fast-check';
import { bugPlaces, errnos, injectKinds } from '../../lib/generated/abi.js';
import { readHeader } from '../../lib/trace/header.js';
import type { Observation } from '../../lib/trace/observations.js';
import { type Operation, operationTable } from '../../lib/trace/operations.js';
import { printItem } from '../../lib/trace/print.js';
import type { CallResult, Change, Fact, FactKey, Trace, TraceCall, TraceEvent } from '../../lib/trace/types.js';
import { MAX_HANDLE, MAX_WORD } from '../../lib/trace/words.js';

export const word = fc.oneof(fc.bigInt(0n, MAX_WORD), fc.bigInt(0n, 300n), fc.bigInt(MAX_WORD - 200n, MAX_WORD));
const handle = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: MAX_HANDLE }));
const level = fc.constantFrom('r1', 'r2', 'r3', 'seg');
const regionLevel = fc.constantFrom('r1', 'r2', 'r3');

const error = fc.constantFrom(...errnos).map(({ number }) => MAX_WORD + 1n - BigInt(number));

const event: fc.Arbitrary<TraceEvent> = fc.oneof(
  fc.record({
    kind: fc.constant('notify'),
    notifier: fc.integer({ min: 0, max: 0xffff }),
    gmap: handle,
    gaddr: word,
    end: fc.option(word, { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('idte'), gmap: handle }),
  fc.record({ kind: fc.constant('inner_shadow'), notifier: fc.nat(0xffff), gmap: handle, asce: word, answer: error }),
);

const key: fc.Arbitrary<FactKey> = fc.oneof(
  fc.record({ kind: fc.constant('lowcore') }),
  fc.record({ kind: fc.constant('gmap'), gmap: handle }),
  fc.record({ kind: fc.constant('g2h'), gmap: handle, gaddr: word }),
  fc.record({ kind: fc.constant('h2g'), gmap: handle, vmaddr: word }),
  fc.record({ kind: fc.constant('entry'), gmap: handle, level, gaddr: word }),
  fc.record({ kind: fc.constant('pte'), vmaddr: word }),
  fc.record({ kind: fc.constant('shadow'), gmap: handle }),
  fc.record({ kind: fc.constant('spte'), gmap: handle, saddr: word }),
  fc.record({ kind: fc.constant('rmap'), gmap: handle, vmaddr: word, place: fc.nat(255) }),
);

const segmentEntry = {
  kind: fc.constant('entry' as const),
  gmap: handle,
  level: fc.constant('seg' as const),
  gaddr: word,
  flags: word,
};

const fact: fc.Arbitrary<Fact> = fc.oneof(
  fc.record({ kind: fc.constant('lowcore'), enabled: fc.oneof(handle, fc.constantFrom('none', 'dangling')) }),
  fc.record({ kind: fc.constant('gmap'), gmap: handle, asce: word, end: word, tables: word }),
  fc.record({ kind: fc.constant('g2h'), gmap: handle, gaddr: word, vmaddr: word }),
  fc.record({ kind: fc.constant('h2g'), gmap: handle, vmaddr: word, gaddr: word }),
  fc.record({ kind: fc.constant('entry'), gmap: handle, level: regionLevel, gaddr: word, flags: word, index: word }),
  fc.record({ ...segmentEntry, host: fc.oneof(word, fc.constant('?' as const)) }),
  fc.record({ ...segmentEntry, index: word }),
  fc.record({
    kind: fc.constant('shadow'),
    gmap: handle,
    parent: handle,
    asce: word,
    edat: fc.bigInt(0n, 0xffff_ffffn),
    state: fc.constantFrom('live', 'removed', 'making'),
    child: fc.oneof(fc.bigInt(0n, 0xffn), fc.constant('-' as const)),
    refs: fc.bigInt(0n, 0xffff_ffffn),
    pts: fc.bigInt(0n, 0xffff_ffffn),
  }),
  fc.record({
    kind: fc.constant('spte'),
    gmap: handle,
    saddr: word,
    flags: word,
    host: fc.oneof(word, fc.constant('?' as const)),
    pgste: word,
  }),
  fc.record({ kind: fc.constant('rmap'), gmap: handle, vmaddr: word, place: fc.nat(255), raddr: word }),
  fc.record({ kind: fc.constant('pte'), vmaddr: word, page: fc.constant('notable') }),
  fc.record({
    kind: fc.constant('pte'),
    vmaddr: word,
    page: fc.constantFrom('none', 'zero', 'anon', 'page', 'swap'),
    pte: fc.bigInt(0n, 0xfffn),
    pgste: word,
    pmd: fc.bigInt(0n, 0x7ffn),
    key: fc.option(fc.bigInt(0n, 0xffn), { nil: undefined }),
  }),
);

/** First what went, then what came, as files have it. */
const changes: fc.Arbitrary<Change[]> = fc
  .tuple(fc.array(key, { maxLength: 3 }), fc.array(fact, { maxLength: 3 }))
  .map(([keys, facts]) => [
    ...keys.map((item): Change => ({ sign: '-', key: item })),
    ...facts.map((item): Change => ({ sign: '+', fact: item })),
  ]);

const bug: fc.Arbitrary<CallResult> = fc
  .constantFrom(...bugPlaces)
  .map(({ name }): CallResult => ({ kind: 'bug', place: name }));

function ordinaryResult({ result }: Operation): fc.Arbitrary<CallResult | undefined> {
  switch (result) {
    case 'VOID':
      return fc.constant(undefined);
    case 'HANDLE_MM':
    case 'HANDLE_GMAP':
      return fc.oneof(
        handle.map((item): CallResult => ({ kind: 'handle', handle: item })),
        fc.constant<CallResult>({ kind: 'null' }),
      );
    case 'HANDLE_SHADOW':
      return fc.oneof(
        handle.map((item): CallResult => ({ kind: 'handle', handle: item })),
        error.map((value): CallResult => ({ kind: 'number', value })),
      );
    case 'LIST_GMAP':
      return fc.array(handle, { maxLength: 4 }).map((gmaps): CallResult => ({ kind: 'list', gmaps }));
    default:
      return word.map((value): CallResult => ({ kind: 'number', value }));
  }
}

const operation = fc.constantFrom(...operationTable);

export const observation: fc.Arbitrary<Observation> = operation.chain((row) =>
  fc.record({
    name: fc.constant(row.name),
    result: fc.oneof({ weight: 9, arbitrary: ordinaryResult(row) }, { weight: 1, arbitrary: bug }),
    events: fc.array(event, { maxLength: 3 }),
    changes,
  }),
);

function argument(form: Operation['args'][number]['form']): fc.Arbitrary<bigint[]> {
  switch (form) {
    case 'MM':
    case 'GMAP':
    case 'NOTIFIER':
      return handle.map((item) => [BigInt(item)]);
    case 'INJECT':
      return fc.nat(injectKinds.length - 1).map((item) => [BigInt(item)]);
    case 'NULL':
      return fc.constant([0n]);
    case 'OPT':
      return fc.array(word, { maxLength: 1 });
    case 'REST':
      return fc.array(word, { maxLength: 5 });
    default:
      return word.map((item) => [item]);
  }
}

/** The arguments that a row of ops.def describes. */
function args(row: Operation): fc.Arbitrary<bigint[]> {
  return fc.tuple(...row.args.map(({ form }) => argument(form))).map((lists) => lists.flat());
}

/** A call as files have it: without the place of a BUG. */
const call: fc.Arbitrary<Omit<TraceCall, 'line'>> = observation.chain((observed) => {
  const row = operationTable.find(({ name }) => name === observed.name);
  if (!row) throw new Error(observed.name);
  const result: CallResult | undefined =
    observed.result?.kind === 'bug' ? { kind: 'bug', place: undefined } : observed.result;
  return args(row).map((words) => ({ kind: 'call', ...observed, result, args: words }));
});

const comment = fc
  .oneof(
    fc.constant(''),
    fc.string().map((text) => `# ${text.replaceAll('\n', '')}`),
    fc.constant('# note: 1'),
  )
  .map((text) => ({ kind: 'comment' as const, text }));

/** A trace as it would be parsed from a file. */
export const trace: fc.Arbitrary<Trace> = fc
  .array(fc.oneof({ weight: 3, arbitrary: call }, { weight: 1, arbitrary: comment }), { maxLength: 8 })
  .map((unnumbered) => {
    let line = 2;
    const items = unnumbered.map((item) => {
      const numbered = { ...item, line };
      line += printItem(numbered).length;
      return numbered;
    });
    return { source: '<trace>', header: readHeader(items, '<trace>'), items };
  });
