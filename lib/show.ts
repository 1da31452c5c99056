// SPDX-License-Identifier: GPL-2.0-only
/**
 * How messages show what a caller gave: in at most 80 characters, at once, and without calling anything of the caller's.
 * scripts/lint-messages.mjs sees to it that messages show nothing in another way.
 */
import { visible } from './visible.js';

const MOST_CHARACTERS = 40;

/** `5n`, `0.5`, `"linux-6.1"`, `an object`. */
export function show(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return isShort(value) ? `${value}n` : `a bigint of ${bitLength(value)} bits`;
    case 'string':
      return quote(value);
    case 'object':
      return value === null ? 'null' : 'an object';
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    default:
      return String(value);
  }
}

/** The same with its type, where that is what is wrong: `the bigint 5n`, `the string "linux-6.1"`. */
export function showWithType(value: unknown): string {
  const isTyped = typeof value === 'bigint' ? isShort(value) : ['number', 'boolean', 'string'].includes(typeof value);
  return isTyped ? `the ${typeof value} ${show(value)}` : show(value);
}

/** A text in quotes, cut if it is long, with what cannot be seen written out. */
function quote(text: string): string {
  let shown = '';
  for (const character of text) {
    const seen = character === '"' || character === '\\' ? `\\${character}` : visible(character);
    if (shown.length + seen.length > MOST_CHARACTERS) return `"${shown}…" (${text.length} characters)`;
    shown += seen;
  }
  return `"${shown}"`;
}

/** Up to 2^64, which is what one gets who forgets that words end there. */
const isShort = (value: bigint): boolean => BigInt.asIntN(66, value) === value;

/** Without writing it out, which takes minutes for the largest. */
function bitLength(value: bigint): number {
  let rest = value < 0n ? -value : value;
  let step = 64;
  while (BigInt.asUintN(step, rest) !== rest) step *= 2;
  let bits = 0;
  for (; step >= 1; step /= 2) {
    const high = rest >> BigInt(step);
    if (high === 0n) continue;
    bits += step;
    rest = high;
  }
  return bits + 1;
}
