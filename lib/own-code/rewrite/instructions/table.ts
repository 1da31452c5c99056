// SPDX-License-Identifier: GPL-2.0-only
/** What is known of instructions: their operands, and the C that does the same. */
import type { Operand } from '../asm/operands.js';

/**
 * r a register; z a register, or none where the field is 0; p a pair of registers; i a number; a an amount to shift by;
 * m an address; s an address with a length; l a label. A question mark behind it: it may be absent.
 */
export type Letter = 'r' | 'z' | 'p' | 'i' | 'a' | 'm' | 's' | 'l';

/** Operands in order; where one is absent, its code is 0. None if the instruction with these operands is not known. */
export type ToC = (a: Operand, b: Operand, c: Operand, d: Operand, e: Operand) => string | undefined;

export interface Instruction {
  readonly letters: readonly Letter[];
  /** How many must be there. */
  readonly needed: number;
  readonly toC: ToC;
}

export type Table = Map<string, Instruction>;

/** Puts a row into the table: `names` separated by spaces, operands as in `r r m`. */
export function row(table: Table, names: string, operands: string, toC: ToC): void {
  const written = operands.split(' ').filter(Boolean);
  const letters = written.map((letter) => letter.replace('?', '') as Letter);
  const needed = written.filter((letter) => !letter.endsWith('?')).length;
  for (const name of names.split(' ')) table.set(name, { letters, needed, toC });
}

export type Bits = 32 | 64;

/** A register takes a value; with 32 bits its left half stays. */
export function set(register: Operand, bits: Bits, value: string): string {
  return bits === 64 ? `${register.code} = ${value};` : `${register.code} = own_low(${register.code}, ${value});`;
}

export function load(address: Operand, type: string): string {
  return `*(volatile ${type} *)${address.code}`;
}

/** `8 >> cc & mask`: whether the condition of a branch holds. */
export function holds(mask: string): string {
  return `(8 >> own_cc & (${mask}))`;
}

/** Conditions as they end mnemonics, with their masks. */
export const CONDITIONS: readonly (readonly [string, number])[] = [
  ['o', 1],
  ['h', 2],
  ['p', 2],
  ['nle', 3],
  ['l', 4],
  ['m', 4],
  ['nhe', 5],
  ['lh', 6],
  ['ne', 7],
  ['nz', 7],
  ['e', 8],
  ['z', 8],
  ['nlh', 9],
  ['he', 10],
  ['nl', 11],
  ['nm', 11],
  ['le', 12],
  ['nh', 13],
  ['np', 13],
  ['no', 14],
];
