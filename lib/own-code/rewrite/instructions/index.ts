// SPDX-License-Identifier: GPL-2.0-only
/** C for one instruction. */
import type { Operand, Operands } from '../asm/operands.js';
import { addAtomic } from './atomic.js';
import { addBranches } from './branches.js';
import { addImmediate } from './immediate.js';
import { addPlain } from './plain.js';
import { addPrivileged, byOpcode } from './privileged.js';
import type { Letter, Table } from './table.js';

const table: Table = new Map();
addPlain(table);
addImmediate(table);
addBranches(table);
addAtomic(table);
addPrivileged(table);

const ABSENT: Operand = { code: '0', odd: '', length: '' };

export interface Context {
  readonly operands: Operands;
  /** The statement that goes to a label; none if there is no such label. */
  goTo(label: string): string | undefined;
}

/** None if it is not known, or not with these operands. */
export function instructionToC(mnemonic: string, written: readonly string[], context: Context): string | undefined {
  if (mnemonic === '.insn') {
    const opcode = /^0x([0-9a-f]{4})[0-9a-f]{4}$/i.exec(written[1] ?? '')?.[1];
    const found = opcode === undefined ? undefined : byOpcode(Number.parseInt(opcode, 16), written.slice(2));
    return found && instructionToC(found.name, found.operands, context);
  }
  const instruction = table.get(mnemonic);
  if (!instruction || written.length < instruction.needed || written.length > instruction.letters.length)
    return undefined;
  const resolved = instruction.letters.map((letter, i) => resolve(letter, written[i], context));
  const operands = resolved.filter((operand) => operand !== undefined);
  if (operands.length < resolved.length) return undefined;
  const [a = ABSENT, b = ABSENT, c = ABSENT, d = ABSENT, e = ABSENT] = operands;
  return instruction.toC(a, b, c, d, e);
}

function resolve(letter: Letter, text: string | undefined, { operands, goTo }: Context): Operand | undefined {
  if (text === undefined) return ABSENT;
  switch (letter) {
    case 'r':
    case 'p':
      return operands.register(text);
    case 'z':
      return operands.registerOrNone(text);
    case 'i':
      return operands.value(text);
    case 'a':
      return operands.amount(text);
    case 'm':
      return operands.memory(text);
    case 's':
      return operands.range(text);
    case 'l': {
      const code = goTo(text);
      return code === undefined ? undefined : { ...ABSENT, code };
    }
  }
}
