// SPDX-License-Identifier: GPL-2.0-only
/** From a trace, or a part of one, to text. */
import { type ArgForm, injectKinds } from '../generated/abi.js';
import { FIRST_LINE } from './header.js';
import { operationOf } from './operations.js';
import { checkTrace } from './shapes.js';
import type { CallResult, Change, Fact, FactKey, Trace, TraceCall, TraceEvent, TraceItem } from './types.js';
import { errnoOf, hex } from './words.js';

const PIECE_CHARACTERS = 2 ** 16;

/** The trace as a file. What {@link parseTrace} reads from it is the same trace. */
export function printTrace(trace: Trace): string {
  checkTrace('printTrace: trace', trace);
  return [FIRST_LINE, ...trace.items.flatMap(printItem), ''].join('\n');
}

/** The same in pieces, for traces that are not in memory as a whole. */
export function* printPieces(items: Iterable<TraceItem>): Generator<string> {
  let text = `${FIRST_LINE}\n`;
  for (const item of items) {
    if (text.length >= PIECE_CHARACTERS) {
      yield text;
      text = '';
    }
    text += `${printItem(item).join('\n')}\n`;
  }
  yield text;
}

/** The lines of a comment or of a call and its observations. */
export function printItem(item: TraceItem): string[] {
  if (item.kind === 'comment') return [item.text];
  return [
    printCall(item),
    ...item.events.map((event) => `  ! ${printEvent(event)}`),
    ...item.changes.map((change) => `  ${printChange(change)}`),
  ];
}

/** The line of a call; a call that the machine refused becomes a comment. */
export function printCall(call: TraceCall): string {
  const program = printCallWithoutResult(call);
  if (call.result?.kind === 'refused') return `# refused (${call.result.reason}): ${program}`;
  return call.result ? `${program} = ${printResult(call, call.result)}` : program;
}

/** What a program says of the call: its name and arguments. */
export function printCallWithoutResult(call: TraceCall): string {
  const forms = operationOf(call).args.map(({ form }) => form);
  const args = call.args.map((arg, i) => printArg(forms[i] ?? 'REST', arg));
  return `${call.name}(${args.join(', ')})`;
}

function printArg(form: ArgForm, arg: bigint): string {
  switch (form) {
    case 'MM':
      return `mm${arg}`;
    case 'GMAP':
      return `g${arg}`;
    case 'NOTIFIER':
      return `n${arg}`;
    case 'INJECT':
      return injectKinds[Number(arg)] ?? `${arg}`;
    case 'NULL':
      return 'NULL';
    case 'DEC':
      return `${arg}`;
    default:
      return hex(arg);
  }
}

/** A result of the call as it stands after ` = `. */
export function printResult(call: TraceCall, result: CallResult): string {
  const kind = operationOf(call).result;
  switch (result.kind) {
    case 'number': {
      const error = errnoOf(result.value);
      if (error) return `-${error}`;
      return kind === 'WORD' ? hex(result.value) : `${result.value}`;
    }
    case 'handle':
      return `${kind === 'HANDLE_MM' ? 'mm' : 'g'}${result.handle}`;
    case 'null':
      return 'NULL';
    case 'list':
      return `[${result.gmaps.map((gmap) => `g${gmap}`).join(', ')}]`;
    case 'bug':
      return 'BUG';
    case 'refused':
      return `refused: ${result.reason}`;
  }
}

export function printEvent(event: TraceEvent): string {
  if (event.kind === 'inner_shadow')
    return `inner_shadow(n${event.notifier}, g${event.gmap}, ${hex(event.asce)}) = -${errnoOf(event.answer)}`;
  return event.kind === 'idte'
    ? `idte(g${event.gmap})`
    : `notify(n${event.notifier}, g${event.gmap}, ${hex(event.gaddr)}${event.end === undefined ? '' : `, ${hex(event.end)}`})`;
}

function printChange(change: Change): string {
  return change.sign === '+' ? `+ ${printFact(change.fact)}` : `- ${printKey(change.key)}`;
}

/** What identifies a fact; the beginning of {@link printFact}. */
export function printKey(key: FactKey): string {
  switch (key.kind) {
    case 'lowcore':
      return 'lowcore';
    case 'gmap':
      return `gmap g${key.gmap}`;
    case 'g2h':
      return `g2h g${key.gmap} ${hex(key.gaddr)}`;
    case 'h2g':
      return `h2g g${key.gmap} ${hex(key.vmaddr)}`;
    case 'entry':
      return `entry g${key.gmap} ${key.level} ${hex(key.gaddr)}`;
    case 'pte':
      return `pte ${hex(key.vmaddr)}`;
    case 'shadow':
      return `shadow g${key.gmap}`;
    case 'spte':
      return `spte g${key.gmap} ${hex(key.saddr)}`;
    case 'rmap':
      return `rmap g${key.gmap} ${hex(key.vmaddr)} ${key.place}`;
  }
}

export function printFact(fact: Fact): string {
  return `${printKey(fact)} ${printFields(fact)}`;
}

function printFields(fact: Fact): string {
  switch (fact.kind) {
    case 'lowcore':
      return typeof fact.enabled === 'number' ? `g${fact.enabled}` : fact.enabled;
    case 'gmap':
      return `asce=${hex(fact.asce)} end=${hex(fact.end)} tables=${fact.tables}`;
    case 'g2h':
      return hex(fact.vmaddr);
    case 'h2g':
      return hex(fact.gaddr);
    case 'entry': {
      const flags = `flags=${hex(fact.flags)}`;
      return 'index' in fact ? `${flags} index=${hex(fact.index)}` : `${flags} host=${printHost(fact.host)}`;
    }
    case 'pte': {
      if (fact.page === 'notable') return fact.page;
      const fields = `${fact.page} pte=${hex(fact.pte)} pgste=${hex(fact.pgste)} pmd=${hex(fact.pmd)}`;
      return fact.key === undefined ? fields : `${fields} key=${hex(fact.key)}`;
    }
    case 'shadow': {
      const { parent, asce, edat, state, child, refs, pts } = fact;
      return `parent=g${parent} asce=${hex(asce)} edat=${edat} ${state} child=${child} refs=${refs} pts=${pts}`;
    }
    case 'spte':
      return `flags=${hex(fact.flags)} host=${printHost(fact.host)} pgste=${hex(fact.pgste)}`;
    case 'rmap':
      return hex(fact.raddr);
  }
}

function printHost(host: bigint | '?'): string {
  return host === '?' ? host : hex(host);
}
