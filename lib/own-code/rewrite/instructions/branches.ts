// SPDX-License-Identifier: GPL-2.0-only
/** Branches, what depends on conditions, and serialization. A label's code is the statement that goes there. */
import { type Bits, CONDITIONS, holds, row, set, type Table } from './table.js';

/** Compare and branch: mnemonic without j, function, bits, type of a number. */
const COMPARE: readonly (readonly [string, string, Bits, string])[] = [
  ['cr', 'compare', 32, ''],
  ['cgr', 'compare', 64, ''],
  ['clr', 'compare_logical', 32, ''],
  ['clgr', 'compare_logical', 64, ''],
  ['ci', 'compare', 32, 'int'],
  ['cgi', 'compare', 64, 'long'],
  ['cli', 'compare_logical', 32, 'unsigned char'],
  ['clgi', 'compare_logical', 64, 'unsigned char'],
];
const ALL_BITS: readonly Bits[] = [64, 32];
const BARRIER = '__asm__ volatile("" ::: "memory");';

export function addBranches(table: Table): void {
  row(table, 'j jg bru brul', 'l', (l) => l.code);
  row(table, 'jnop jgnop', 'l', () => '');
  row(table, 'brc brcl', 'i l', (mask, l) => `if ${holds(mask.code)} ${l.code}`);
  for (const [condition, mask] of CONDITIONS) {
    row(table, `j${condition} jg${condition} br${condition}`, 'l', (l) => `if ${holds(`${mask}`)} ${l.code}`);
  }
  row(table, 'brct jct', 'r l', (r, l) => `${set(r, 32, `${r.code} - 1`)} if ((unsigned int)${r.code}) ${l.code}`);
  row(table, 'brctg jctg', 'r l', (r, l) => `if (--${r.code}) ${l.code}`);
  addCompareAndBranch(table);
  addOnCondition(table);
  row(table, 'nopr', 'z?', () => '');
  row(table, 'nop', 'a?', () => '');
  // With any other second operand it branches to what a register holds.
  row(table, 'bcr', 'i z', (_, r) => (r.code === '0UL' ? BARRIER : undefined));
}

function addCompareAndBranch(table: Table): void {
  for (const [root, name, bits, type] of COMPARE) {
    const second = type === '' ? 'r' : 'i';
    const test = (a: string, b: string, mask: string) =>
      `if (8 >> own_${name}${bits}(${a}, ${type === '' ? '' : `(${type})`}${b}) & (${mask}))`;
    row(table, `${root}j`, `r ${second} i l`, (a, b, mask, l) => `${test(a.code, b.code, mask.code)} ${l.code}`);
    for (const [condition, mask] of CONDITIONS) {
      // No comparison has the fourth condition code.
      if (condition === 'o' || condition === 'no') continue;
      row(table, `${root}j${condition}`, `r ${second} l`, (a, b, l) => `${test(a.code, b.code, `${mask}`)} ${l.code}`);
    }
  }
}

/** Loads on condition. */
function addOnCondition(table: Table): void {
  for (const bits of ALL_BITS) {
    const g = bits === 64 ? 'g' : '';
    row(table, `loc${g}r`, 'r r i', (r, from, mask) => `if ${holds(mask.code)} { ${set(r, bits, from.code)} }`);
    row(table, `loc${g}hi`, 'r i i', (r, from, mask) => `if ${holds(mask.code)} { ${set(r, bits, from.code)} }`);
    for (const [condition, mask] of CONDITIONS) {
      row(table, `loc${g}r${condition}`, 'r r', (r, from) => `if ${holds(`${mask}`)} { ${set(r, bits, from.code)} }`);
      row(table, `loc${g}hi${condition}`, 'r i', (r, from) => `if ${holds(`${mask}`)} { ${set(r, bits, from.code)} }`);
    }
  }
}
