// SPDX-License-Identifier: GPL-2.0-only
/** Loads, stores, arithmetic and logic between registers and storage. */
import type { Operand } from '../asm/operands.js';
import { type Bits, load, row, set, type Table } from './table.js';

/** Mnemonic from storage, type, bits of the register. Between registers it ends in r. */
const LOADS: readonly (readonly [string, string, Bits])[] = [
  ['lg', 'unsigned long', 64],
  ['lgf', 'int', 64],
  ['lgh', 'short', 64],
  ['lgb', 'signed char', 64],
  ['llgf', 'unsigned int', 64],
  ['llgh', 'unsigned short', 64],
  ['llgc', 'unsigned char', 64],
  ['l', 'unsigned int', 32],
  ['lh', 'short', 32],
  ['lb', 'signed char', 32],
  ['llh', 'unsigned short', 32],
  ['llc', 'unsigned char', 32],
];
/** Those that set the condition code. */
const TESTS: readonly (readonly [string, string, Bits])[] = [
  ['ltg', 'unsigned long', 64],
  ['ltgf', 'int', 64],
  ['lt', 'unsigned int', 32],
];
/** Stem of the mnemonic, stem of the function. */
const OPERATIONS: readonly (readonly [string, string])[] = [
  ['n', 'and'],
  ['o', 'or'],
  ['x', 'xor'],
  ['a', 'add'],
  ['s', 'sub'],
  ['al', 'add_logical'],
  ['sl', 'sub_logical'],
];
const WITH_CARRY: readonly (readonly [string, string])[] = [
  ['alc', 'add_with_carry'],
  ['slb', 'sub_with_borrow'],
];
/** Mnemonics whose second operand is 32 bits wide and the first 64, and its type. */
const WIDENED: readonly (readonly [string, string, string])[] = [
  ['agf', 'add', 'int'],
  ['sgf', 'sub', 'int'],
  ['algf', 'add_logical', 'unsigned int'],
  ['slgf', 'sub_logical', 'unsigned int'],
];
const COMPARISONS: readonly (readonly [string, string, Bits, string])[] = [
  ['cg', 'compare', 64, 'unsigned long'],
  ['c', 'compare', 32, 'unsigned int'],
  ['clg', 'compare_logical', 64, 'unsigned long'],
  ['cl', 'compare_logical', 32, 'unsigned int'],
  ['cgf', 'compare', 64, 'int'],
  ['clgf', 'compare_logical', 64, 'unsigned int'],
  ['cgh', 'compare', 64, 'short'],
  ['ch', 'compare', 32, 'short'],
];

const typeOf = (bits: Bits): string => (bits === 64 ? 'unsigned long' : 'unsigned int');
const result = (r: Operand, bits: Bits, name: string, a: string, b: string): string =>
  set(r, bits, `own_${name}${bits}(${a}, ${b}, &own_cc)`);

export function addPlain(table: Table): void {
  addLoads(table);
  addStores(table);
  addArithmetic(table);
  addComparisons(table);
  addShifts(table);
}

function addLoads(table: Table): void {
  for (const [name, type, bits] of LOADS) {
    row(table, name === 'l' || name === 'lh' ? `${name} ${name}y` : name, 'r m', (r, m) => set(r, bits, load(m, type)));
    row(table, `${name}r`, 'r r', (r, from) => set(r, bits, `(${type})${from.code}`));
  }
  for (const [name, type, bits] of TESTS) {
    const test = (r: Operand) => `own_cc = own_sign${bits}(${r.code});`;
    row(table, name, 'r m', (r, m) => set(r, bits, load(m, type)) + test(r));
    row(table, `${name}r`, 'r r', (r, from) => set(r, bits, `(${type})${from.code}`) + test(r));
  }
  for (const bits of [64, 32] as const) {
    const g = bits === 64 ? 'g' : '';
    row(table, `lc${g}r`, 'r r', (r, from) => result(r, bits, 'sub', '0', from.code));
    row(table, `lp${g}r`, 'r r', (r, from) => {
      const isNegative = `own_sign${bits}(${from.code}) == 1`;
      return `if (${isNegative}) { ${result(r, bits, 'sub', '0', from.code)} } else { ${result(r, bits, 'add', from.code, '0')} }`;
    });
  }
  row(table, 'la lay', 'r m', (r, m) => set(r, 64, `(unsigned long)${m.code}`));
  row(table, 'ic icy', 'r m', (r, m) => set(r, 64, `own_set_part(${r.code}, ${load(m, 'unsigned char')}, 0, 8)`));
  row(table, 'icm icmy', 'r i m', (r, mask, m) => `own_cc = own_icm(&${r.code}, ${mask.code}, ${m.code});`);
  row(table, 'ipm', 'r', (r) => set(r, 64, `own_set_part(${r.code}, own_cc << 4, 24, 8)`));
  row(table, 'flogr', 'p r', (p, r) => `own_cc = own_flogr(&${p.code}, &${p.odd}, ${r.code});`);
}

function addStores(table: Table): void {
  const sizes = [
    ['stg', 64],
    ['st sty', 32],
    ['sth sthy', 16],
    ['stc stcy', 8],
  ] as const;
  for (const [names, bits] of sizes) {
    row(table, names, 'r m', (r, m) => `own_st${bits}(${m.code}, ${r.code});`);
  }
  row(table, 'stcm stcmy', 'r i m', (r, mask, m) => `own_stcm(${r.code}, ${mask.code}, ${m.code});`);
  row(table, 'mvc', 's m', (to, from) => `own_mvc(${to.code}, ${from.code}, ${to.length});`);
  row(table, 'xc', 's m', (to, from) => `own_cc = own_xc(${to.code}, ${from.code}, ${to.length});`);
  row(table, 'clc', 's m', (a, b) => `own_cc = own_clc(${a.code}, ${b.code}, ${a.length});`);
  row(table, 'mvcl', 'p p', (to, from) => {
    const pointers = [to.code, to.odd, from.code, from.odd].map((code) => `&${code}`).join(', ');
    return `own_cc = own_mvcl(${pointers});`;
  });
}

function addArithmetic(table: Table): void {
  for (const [stem, name] of [...OPERATIONS, ...WITH_CARRY]) {
    for (const bits of [64, 32] as const) {
      const root = bits === 64 ? `${stem}g` : stem;
      row(table, bits === 32 ? `${root} ${root}y` : root, 'r m', (r, m) =>
        result(r, bits, name, r.code, load(m, typeOf(bits))),
      );
      row(table, `${root}r`, 'r r', (r, b) => result(r, bits, name, r.code, b.code));
      row(table, `${root}rk`, 'r r r', (r, a, b) => result(r, bits, name, a.code, b.code));
    }
  }
  for (const [root, name, type] of WIDENED) {
    row(table, root, 'r m', (r, m) => result(r, 64, name, r.code, load(m, type)));
    row(table, `${root}r`, 'r r', (r, b) => result(r, 64, name, r.code, `(${type})${b.code}`));
  }
  row(table, 'ah ahy', 'r m', (r, m) => result(r, 32, 'add', r.code, load(m, 'short')));
  row(table, 'sh shy', 'r m', (r, m) => result(r, 32, 'sub', r.code, load(m, 'short')));
  row(table, 'msg', 'r m', (r, m) => set(r, 64, `${r.code} * ${load(m, 'unsigned long')}`));
  row(table, 'ms msy', 'r m', (r, m) => set(r, 32, `${r.code} * ${load(m, 'unsigned int')}`));
  row(table, 'msgr', 'r r', (r, b) => set(r, 64, `${r.code} * ${b.code}`));
  row(table, 'msr', 'r r', (r, b) => set(r, 32, `${r.code} * ${b.code}`));
  row(table, 'msgfr', 'r r', (r, b) => set(r, 64, `${r.code} * (unsigned long)(int)${b.code}`));
}

function addComparisons(table: Table): void {
  for (const [root, name, bits, type] of COMPARISONS) {
    const plain = root === 'c' || root === 'cl' || root === 'ch';
    const compare = (a: Operand, b: string) => `own_cc = own_${name}${bits}(${a.code}, ${b});`;
    row(table, plain ? `${root} ${root}y` : root, 'r m', (a, m) => compare(a, load(m, type)));
    if (type !== 'short') row(table, `${root}r`, 'r r', (a, b) => compare(a, `(${type})${b.code}`));
  }
}

function addShifts(table: Table): void {
  const shift = (r: Operand, bits: Bits, name: string, from: Operand, amount: Operand) =>
    set(r, bits, `own_${name}${bits}(${from.code}, ${amount.code})`);
  const shifts = [
    ['sll', 'left'],
    ['srl', 'right'],
  ] as const;
  for (const [root, name] of shifts) {
    row(table, `${root}g`, 'r r a', (r, from, amount) => shift(r, 64, name, from, amount));
    row(table, `${root}k`, 'r r a', (r, from, amount) => shift(r, 32, name, from, amount));
    row(table, root, 'r a', (r, amount) => shift(r, 32, name, r, amount));
  }
  row(
    table,
    'srag',
    'r r a',
    (r, from, n) => `${shift(r, 64, 'right_signed', from, n)} own_cc = own_sign64(${r.code});`,
  );
  row(
    table,
    'srak',
    'r r a',
    (r, from, n) => `${shift(r, 32, 'right_signed', from, n)} own_cc = own_sign32(${r.code});`,
  );
  row(table, 'sra', 'r a', (r, n) => `${shift(r, 32, 'right_signed', r, n)} own_cc = own_sign32(${r.code});`);
  row(table, 'rllg', 'r r a', (r, from, amount) => shift(r, 64, 'rotate', from, amount));
  row(table, 'rll', 'r r a', (r, from, amount) => shift(r, 32, 'rotate', from, amount));
  const inserted = (r: Operand, from: Operand, first: Operand, last: Operand, rotate: Operand) =>
    set(r, 64, `own_risbg(${r.code}, ${from.code}, ${first.code}, ${last.code}, ${rotate.code})`);
  row(table, 'risbgn', 'r r i i i?', inserted);
  row(table, 'risbg', 'r r i i i?', (r, from, first, last, rotate) => {
    return `${inserted(r, from, first, last, rotate)} own_cc = own_sign64(${r.code});`;
  });
}
