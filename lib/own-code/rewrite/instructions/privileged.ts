// SPDX-License-Identifier: GPL-2.0-only
/** Instructions on table entries, TLBs, storage keys and control registers: the runtime does them. */
import type { Operand } from '../asm/operands.js';
import { row, set, type Table, type ToC } from './table.js';

interface Privileged {
  readonly name: string;
  /** The first two bytes. */
  readonly opcode: number;
  /** Of the mnemonic. */
  readonly operands: string;
  /** Which operand of the mnemonic each field of `.insn` is, if that order differs. */
  readonly fields?: readonly number[];
  readonly toC: ToC;
}

/** `.insn` has the fields as they are numbered; these mnemonics have the third register before the second. */
const R3_FIRST: readonly number[] = [0, 2, 1, 3];

const PRIVILEGED: readonly Privileged[] = [
  {
    name: 'ipte',
    opcode: 0xb221,
    operands: 'r r z? i?',
    toC: (pto, address, r3, m4) =>
      isNone(r3)
        ? `own_ipte(${list([pto, address])}, 0, ${m4.code});`
        : `own_ipte_range(${pto.code}, &${address.code}, &${r3.code}, ${m4.code});`,
  },
  {
    name: 'idte',
    opcode: 0xb98e,
    operands: 'z z r i?',
    fields: R3_FIRST,
    toC: (r1, r3, r2, m4) => `own_idte(${list([r1, r3, r2, m4])});`,
  },
  {
    name: 'rdp',
    opcode: 0xb98b,
    operands: 'r z r i?',
    fields: R3_FIRST,
    toC: (pto, r3, address, m4) => `own_rdp(${list([pto, address, r3, m4])});`,
  },
  {
    name: 'crdte',
    opcode: 0xb98f,
    operands: 'p z p i?',
    fields: R3_FIRST,
    toC: (r1, r3, r2, m4) =>
      `own_cc = own_crdte(&${r1.code}, ${r1.odd}, ${r2.code}, ${r2.odd}, ${r3.code}, ${m4.code});`,
  },
  { name: 'ptlb', opcode: 0xb20d, operands: '', fields: [], toC: () => 'own_ptlb();' },
  {
    name: 'csp',
    opcode: 0xb250,
    operands: 'p r',
    toC: (r1, address) => {
      const call = `own_cc = own_csp(&own_old, (unsigned int)${r1.odd}, ${address.code});`;
      return `{ unsigned int own_old = (unsigned int)${r1.code}; ${call} ${set(r1, 32, 'own_old')} }`;
    },
  },
  {
    name: 'cspg',
    opcode: 0xb98a,
    operands: 'p r',
    toC: (r1, address) => `own_cc = own_cspg(&${r1.code}, ${r1.odd}, ${address.code});`,
  },
  {
    name: 'iske',
    opcode: 0xb229,
    operands: 'r r',
    toC: (r, absolute) => set(r, 64, `own_set_part(${r.code}, own_iske(${absolute.code}), 0, 8)`),
  },
  {
    name: 'sske',
    opcode: 0xb22b,
    operands: 'r r i?',
    fields: [0, 1, 2],
    toC: (key, absolute, m3) => `own_sske((unsigned char)${key.code}, ${list([absolute, m3])});`,
  },
  { name: 'rrbe', opcode: 0xb22a, operands: 'z r', toC: (_, absolute) => `own_cc = own_rrbe(${absolute.code});` },
  {
    name: 'essa',
    opcode: 0xb9ab,
    operands: 'r r i',
    fields: [0, 1, 2],
    toC: (r1, absolute, m3) => set(r1, 64, `own_essa(${list([absolute, m3])})`),
  },
  { name: 'pfmf', opcode: 0xb9af, operands: 'r r', toC: (r1, r2) => set(r2, 64, `own_pfmf(${list([r1, r2])})`) },
];

export function addPrivileged(table: Table): void {
  for (const { name, operands, toC } of PRIVILEGED) row(table, name, operands, toC);
  row(table, 'lctlg', 'i i m', (first, last, m) => `own_lctlg(${list([first, last, m])});`);
  row(table, 'stctg', 'i i m', (first, last, m) => `own_stctg(${list([first, last, m])});`);
}

/** An instruction that is written as `.insn`, with the operands in its mnemonic's order. */
export function byOpcode(opcode: number, written: readonly string[]): { name: string; operands: string[] } | undefined {
  const found = PRIVILEGED.find((instruction) => instruction.opcode === opcode);
  if (!found) return undefined;
  const operands: string[] = [];
  for (const [field, operand] of written.entries()) {
    const place = found.fields ? found.fields[field] : field;
    if (place !== undefined) operands[place] = operand;
  }
  return { name: found.name, operands };
}

function isNone({ code }: Operand): boolean {
  return code === '0UL' || code === '0';
}

function list(operands: readonly Operand[]): string {
  return operands.map(({ code }) => code).join(', ');
}
