// SPDX-License-Identifier: GPL-2.0-only
/**
 * Loops count: each turn calls own_loop(), which ends the call when it was called too often. A loop that never ends is found so,
 * whatever it does, and always after the same number of turns.
 */
import { type Edit, Source } from './source.js';
import { closingOf, isMark, splitAt, type Token } from './tokens.js';

const COUNT = 'own_loop()';

export function countLoops(text: string): string {
  const source = new Source(text);
  return source.edited(source.tokens.flatMap((token, at) => editsFor(source.tokens, token, at)));
}

function editsFor(tokens: readonly Token[], { kind, text }: Token, at: number): Edit[] {
  if (kind !== 'word') return [];
  if (text === 'goto') return countGoto(tokens, at);
  if ((text !== 'while' && text !== 'for') || !isMark(tokens[at + 1], '(')) return [];
  const close = closingOf(tokens, at + 1);
  if (close === undefined) return [];
  if (text === 'while') return countCondition(tokens, at + 2, close);
  const [, [from, to] = [close, close]] = splitAt(tokens, at + 2, close, ';');
  return countCondition(tokens, from, to);
}

/** Tokens `from` to `to` (without it) are what a loop goes on for; none: for ever. `while (0)` is how macros end. */
function countCondition(tokens: readonly Token[], from: number, to: number): Edit[] {
  const end = tokens[to]?.start ?? 0;
  const first = tokens[from];
  if (from === to || !first) return [insertion(end, ` ${COUNT}`)];
  if (to === from + 1 && first.text === '0') return [];
  return [insertion(first.start, `${COUNT} && (`), insertion(end, ')')];
}

/** Also of those that lead forward: where the label is does not matter. */
function countGoto(tokens: readonly Token[], at: number): Edit[] {
  const start = tokens[at]?.start ?? 0;
  const semicolon = tokens[at + 2];
  return isMark(semicolon, ';') && semicolon ? [insertion(start, `{ ${COUNT}; `), insertion(semicolon.end, ' }')] : [];
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text };
}
