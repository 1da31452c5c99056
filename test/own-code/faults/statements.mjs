// SPDX-License-Identifier: GPL-2.0-only
// Functions of a C file and their statements, found by tokens. What has statements in it (`if (…)`, `for (…)`, `else`) is a
// head, which ends before them.
import { createHash } from 'node:crypto';
import { closingOf, isMark, tokenize } from '../../../dist/own-code/rewrite/tokens.js';

const HEADS = new Set(['if', 'while', 'for', 'switch']);
const ALONE = new Set(['else', 'do']);
const HASH_DIGITS = 12;

/** The tokens of a text, with a hash of some of them that white space and comments do not change. */
export const tokensOf = (text) => tokenize(text).tokens;

/** Tokens `from` to `to` (without it), with one space between them. */
export const flat = (tokens, { from, to }) =>
  tokens
    .slice(from, to)
    .map(({ text }) => text)
    .join(' ');

export const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);

/** Where the bodies of functions of that name are, without their brackets: { from, to } of tokens. */
export function bodiesOf(tokens, name) {
  const bodies = [];
  for (let at = 0; at < tokens.length; at++) {
    if (isMark(tokens[at], '{')) at = closingOf(tokens, at) ?? tokens.length;
    else if (tokens[at].text === name && isMark(tokens[at + 1], '(')) {
      const open = (closingOf(tokens, at + 1) ?? tokens.length) + 1;
      if (isMark(tokens[open], '{')) bodies.push({ from: open + 1, to: closingOf(tokens, open) ?? tokens.length });
    }
  }
  return bodies;
}

/** The statements and heads between two tokens, in their order: { from, to, isHead }. */
export function statementsOf(tokens, { from, to }) {
  const statements = [];
  for (let at = from; at < to; ) {
    if (isMark(tokens[at], '{') || isMark(tokens[at], '}')) {
      at++;
      continue;
    }
    const statement = statementAt(tokens, at, to);
    statements.push(statement);
    at = statement.to;
  }
  return statements;
}

function statementAt(tokens, from, to) {
  const end = headEnd(tokens, from);
  if (end !== undefined) return { from, to: end, isHead: true };
  return { from, to: Math.min(behind(tokens, from, to, ';'), to), isHead: false };
}

/** Where a head ends that begins there; nothing if none does. */
function headEnd(tokens, from) {
  const { kind, text } = tokens[from];
  if (kind !== 'word') return undefined;
  if (ALONE.has(text)) return from + 1;
  if (text === 'case' || text === 'default') return behind(tokens, from, tokens.length, ':');
  if (isMark(tokens[from + 1], ':')) return from + 2;
  if (!isMark(tokens[from + 1], '(')) return undefined;
  const close = closingOf(tokens, from + 1) ?? tokens.length;
  const next = tokens[close + 1];
  // `list_for_each_entry(…) {`: a macro that is a loop.
  const isLoop = next?.kind === 'word' || isMark(next, '{');
  return HEADS.has(text) || isLoop ? close + 1 : undefined;
}

/** Behind the first such mark outside of brackets. */
function behind(tokens, from, to, mark) {
  for (let at = from; at < to; at++) {
    if (isMark(tokens[at], mark)) return at + 1;
    if (['(', '[', '{'].some((open) => isMark(tokens[at], open))) at = closingOf(tokens, at) ?? to;
  }
  return to;
}
