// SPDX-License-Identifier: GPL-2.0-only
/*
 * Puts a fault into the text of a tree's file. A fault says where by
 *
 *   function   in which function
 *   at         [kind, text, n]: the n-th call, word, number or mark that says so in it; 1 if no n is given
 *   hash       of the statement that this is in, without white space and comments
 *
 * and what becomes of it by `change`, one of
 *
 *   ['drop']               the statement is left out
 *   ['twice']              it is done twice
 *   ['around', TEXT, TEXT] one comes before it, the other behind it
 *   ['exchange']           the next statement comes first; the hash is of both
 *   ['negate']             the condition in the brackets behind it is the other way round
 *   ['swap', I, J]         the I-th and the J-th argument of the call take each other's place
 *   ['becomes', TEXT]      the call with its arguments, or the token, is TEXT
 */
import { closingOf, isMark, splitAt } from '../../../dist/own-code/rewrite/tokens.js';
import { Failure } from '../../../scripts/steps.mjs';
import { bodiesOf, flat, hashOf, statementsOf, tokensOf } from './statements.mjs';

/** The file's text with the fault in it. Throws a {@link Failure} that says what is there instead, if it does not fit. */
export function faultyText(fault, text) {
  const tokens = tokensOf(text);
  const place = placeOf(fault, tokens, text);
  const edits = editsFor(fault, tokens, place);
  return edits
    .sort((a, b) => b.start - a.start)
    .reduce((changed, { start, end, text }) => changed.slice(0, start) + text + changed.slice(end), text);
}

function fail({ id, file, function: name }, problem) {
  throw new Failure(
    `The fault ${id} does not fit ${file} any more: in ${name}, ${problem}\nChange its description in test/own-code/faults/.`,
  );
}

/** The token's index, its statement, and the range of tokens that the fault knows. */
function placeOf(fault, tokens, text) {
  const body = onlyBody(fault, tokens);
  const at = tokenOf(fault, tokens, body);
  const statements = statementsOf(tokens, body);
  const index = statements.findIndex(({ from, to }) => from <= at && at < to);
  const statement = statements[index];
  const next = fault.change[0] === 'exchange' ? nextOf(fault, statements, index) : undefined;
  const known = { from: statement.from, to: (next ?? statement).to };
  const hash = hashOf(flat(tokens, known));
  if (hash !== fault.hash) {
    const line = text.slice(0, tokens[statement.from].start).split('\n').length;
    fail(fault, `in line ${line}, there is another statement (${hash}, not ${fault.hash}):\n  ${flat(tokens, known)}`);
  }
  return { at, statement, next };
}

function onlyBody(fault, tokens) {
  const bodies = bodiesOf(tokens, fault.function);
  if (bodies.length !== 1) fail(fault, `which is there ${times(bodies.length)}`);
  return bodies[0];
}

function nextOf(fault, statements, index) {
  const [first, next] = statements.slice(index, index + 2);
  if (first.isHead || !next || next.isHead || next.from !== first.to)
    fail(fault, 'no statement stands directly behind that one');
  return next;
}

const times = (count) => (count === 1 ? 'once' : `${count} times`);

/** The index of the token that `at` names. */
function tokenOf(fault, tokens, { from, to }) {
  const [kind, text, n = 1] = fault.at;
  const isIt = (token, i) => token.text === text && (kind === 'call' ? isCall(tokens, i) : token.kind === kind);
  const found = tokens.flatMap((token, i) => (from <= i && i < to && isIt(token, i) ? [i] : []));
  if (found.length < n)
    fail(fault, `the ${kind} ${text} is there ${times(found.length)}, and the fault is in no. ${n}`);
  return found[n - 1];
}

const isCall = (tokens, i) => tokens[i].kind === 'word' && isMark(tokens[i + 1], '(');

const CHANGES = {
  drop: ({ statement, replace }) => [replace(statement, ';')],
  twice: ({ statement, textOf, replace }) => [replace(statement, `{ ${textOf(statement)} ${textOf(statement)} }`)],
  around: ({ statement, textOf, replace }, before, after) => [
    replace(statement, `{ ${before} ${textOf(statement)} ${after} }`),
  ],
  exchange: ({ statement, next, textOf, replace }) => [
    replace(statement, textOf(next)),
    replace(next, textOf(statement)),
  ],
  negate: ({ inBrackets, textOf, replace }) => [replace(inBrackets(), `!(${textOf(inBrackets())})`)],
  swap: ({ args, textOf, replace }, i, j) => [replace(args(i), textOf(args(j))), replace(args(j), textOf(args(i)))],
  becomes: ({ whole, replace }, text) => [replace(whole(), text)],
};
/** Those that a head has no room for. */
const OF_STATEMENTS = new Set(['drop', 'twice', 'around', 'exchange']);

function editsFor(fault, tokens, { at, statement, next }) {
  const [name, ...rest] = fault.change;
  if (OF_STATEMENTS.has(name) && statement.isHead) fail(fault, `"${flat(tokens, statement)}" is not a whole statement`);
  const text = (range) => flat(tokens, range);
  const replace = ({ from, to }, text) => ({ start: tokens[from].start, end: tokens[to - 1].end, text });
  const close = () =>
    (isMark(tokens[at + 1], '(') ? closingOf(tokens, at + 1) : undefined) ?? fail(fault, 'no brackets');
  const args = (n) => {
    const [from, to] = splitAt(tokens, at + 2, close(), ',')[n - 1] ?? fail(fault, `no argument ${n}`);
    return { from, to };
  };
  const whole = () => ({ from: at, to: fault.at[0] === 'call' ? close() + 1 : at + 1 });
  const inBrackets = () => ({ from: at + 2, to: close() });
  return CHANGES[name]({ statement, next, textOf: text, replace, args, whole, inBrackets }, ...rest);
}
