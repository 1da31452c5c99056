// SPDX-License-Identifier: GPL-2.0-only
/** Instructions with a number in them. */
import type { Operand } from '../asm/operands.js';
import { type Bits, load, row, set, type Table } from './table.js';

/** Mnemonics, operation, bits, type of the number. */
const ARITHMETIC: readonly (readonly [string, string, Bits, string])[] = [
  ['aghi agfi', 'add', 64, 'long'],
  ['ahi afi', 'add', 32, 'int'],
  ['algfi', 'add_logical', 64, 'unsigned int'],
  ['alfi', 'add_logical', 32, 'unsigned int'],
  ['slgfi', 'sub_logical', 64, 'unsigned int'],
  ['slfi', 'sub_logical', 32, 'unsigned int'],
];
/** With a number and two registers. */
const THREE: readonly (readonly [string, string, Bits])[] = [
  ['aghik', 'add', 64],
  ['ahik', 'add', 32],
  ['alghsik', 'add_logical', 64],
  ['alhsik', 'add_logical', 32],
];
/** Added to storage. */
const ADD_TO_STORAGE: readonly (readonly [string, string, Bits])[] = [
  ['agsi', 'add', 64],
  ['asi', 'add', 32],
  ['algsi', 'add_logical', 64],
  ['alsi', 'add_logical', 32],
];
const COMPARE: readonly (readonly [string, string, Bits, string])[] = [
  ['cghi cgfi', 'compare', 64, 'long'],
  ['chi cfi', 'compare', 32, 'int'],
  ['clgfi', 'compare_logical', 64, 'unsigned int'],
  ['clfi', 'compare_logical', 32, 'unsigned int'],
];
/** Mnemonics, operation, bits, type in storage, type of the number. */
const COMPARE_STORAGE: readonly (readonly [string, string, Bits, string, string])[] = [
  ['cghsi', 'compare', 64, 'unsigned long', 'short'],
  ['chsi', 'compare', 32, 'unsigned int', 'short'],
  ['chhsi', 'compare', 32, 'short', 'short'],
  ['clghsi', 'compare_logical', 64, 'unsigned long', 'unsigned short'],
  ['clfhsi', 'compare_logical', 32, 'unsigned int', 'unsigned short'],
  ['clhhsi', 'compare_logical', 32, 'unsigned short', 'unsigned short'],
  ['cli cliy', 'compare_logical', 32, 'unsigned char', 'unsigned char'],
];
/** Parts of a register, as mnemonics name them: how far from the right, and how wide. */
const PARTS: readonly (readonly [string, number, number])[] = [
  ['hh', 48, 16],
  ['hl', 32, 16],
  ['lh', 16, 16],
  ['ll', 0, 16],
  ['hf', 32, 32],
  ['lf', 0, 32],
];

export function addImmediate(table: Table): void {
  row(table, 'lghi lgfi', 'r i', (r, i) => set(r, 64, i.code));
  row(table, 'lhi', 'r i', (r, i) => set(r, 32, i.code));
  addArithmetic(table);
  addComparisons(table);
  for (const part of PARTS) addPart(table, part);
  addBytes(table);
}

function addArithmetic(table: Table): void {
  const compute = (r: Operand, bits: Bits, name: string, a: string, b: string) =>
    set(r, bits, `own_${name}${bits}(${a}, ${b}, &own_cc)`);
  for (const [names, name, bits, type] of ARITHMETIC) {
    row(table, names, 'r i', (r, i) => compute(r, bits, name, r.code, `(${type})${i.code}`));
  }
  for (const [names, name, bits] of THREE) {
    row(table, names, 'r r i', (r, a, i) => compute(r, bits, name, a.code, i.code));
  }
  for (const [names, name, bits] of ADD_TO_STORAGE) {
    const type = bits === 64 ? 'unsigned long' : 'unsigned int';
    row(table, names, 'm i', (m, i) => {
      const sum = `own_${name}${bits}(own_old, ${i.code}, &own_cc)`;
      return `{ unsigned long own_old = ${load(m, type)}; own_st${bits}(${m.code}, ${sum}); }`;
    });
  }
  row(table, 'mghi msgfi', 'r i', (r, i) => set(r, 64, `${r.code} * (unsigned long)${i.code}`));
  row(table, 'mhi msfi', 'r i', (r, i) => set(r, 32, `${r.code} * (unsigned long)${i.code}`));
}

function addComparisons(table: Table): void {
  for (const [names, name, bits, type] of COMPARE) {
    row(table, names, 'r i', (r, i) => `own_cc = own_${name}${bits}(${r.code}, (${type})${i.code});`);
  }
  for (const [names, name, bits, inStorage, type] of COMPARE_STORAGE) {
    row(table, names, 'm i', (m, i) => `own_cc = own_${name}${bits}(${load(m, inStorage)}, (${type})${i.code});`);
  }
}

function addPart(table: Table, [part, shift, width]: readonly [string, number, number]): void {
  const old = (r: Operand) => `own_part(${r.code}, ${shift}, ${width})`;
  const insert = (r: Operand, value: string) => set(r, 64, `own_set_part(${r.code}, ${value}, ${shift}, ${width})`);
  const code = (r: Operand) => ` own_cc = ${old(r)} != 0;`;
  row(table, `ni${part}`, 'r i', (r, i) => insert(r, `${old(r)} & ${i.code}`) + code(r));
  row(table, `oi${part}`, 'r i', (r, i) => insert(r, `${old(r)} | ${i.code}`) + code(r));
  row(table, `xi${part}`, 'r i', (r, i) => insert(r, `${old(r)} ^ ${i.code}`) + code(r));
  row(table, `ii${part}`, 'r i', (r, i) => insert(r, i.code));
  row(table, `lli${part}`, 'r i', (r, i) => set(r, 64, `own_set_part(0, ${i.code}, ${shift}, ${width})`));
  row(
    table,
    `tm${part}`,
    'r i',
    (r, i) => `own_cc = own_tm(${old(r)}, ${i.code} & 0x${'f'.repeat(width / 4)}, ${width});`,
  );
}

function addBytes(table: Table): void {
  const bytes = [
    ['ni niy', '&'],
    ['oi oiy', '|'],
    ['xi xiy', '^'],
  ] as const;
  for (const [names, sign] of bytes) {
    row(table, names, 'm i', (m, i) => {
      const value = `${load(m, 'unsigned char')} ${sign} (${i.code} & 0xff)`;
      return `{ unsigned char own_new = ${value}; own_cc = own_new != 0; own_st8(${m.code}, own_new); }`;
    });
  }
  row(table, 'tm tmy', 'm i', (m, i) => `own_cc = own_tm(${load(m, 'unsigned char')}, ${i.code} & 0xff, 0);`);
  row(table, 'mvi mviy', 'm i', (m, i) => `own_st8(${m.code}, ${i.code});`);
  row(table, 'mvhhi', 'm i', (m, i) => `own_st16(${m.code}, ${i.code});`);
  row(table, 'mvhi', 'm i', (m, i) => `own_st32(${m.code}, ${i.code});`);
  row(table, 'mvghi', 'm i', (m, i) => `own_st64(${m.code}, ${i.code});`);
}
