// SPDX-License-Identifier: GPL-2.0-only
/** C for the operands of instructions: `%0`, `%[name]`, `%%r1`, `8(%1)`, `%O0(8,%R0)`, numbers. */
import type { AsmOperand, AsmParts } from './constraints.js';

export interface Operand {
  /** A register, a value, or a pointer. */
  readonly code: string;
  /** Of a register: the one after it. */
  readonly odd: string;
  /** Of a range in storage. */
  readonly length: string;
}

const REFERENCE = /^%([a-zA-Z])?(?:(\d+)|\[(\w+)\])$/;
const REFERENCES = /%([a-zA-Z])?(?:(\d+)|\[(\w+)\])/g;
const HARD = /^(?:%%r)?(\d{1,2})$/;
/** Numbers and what GNU as calculates with; the names are those of immediate operands. */
const CALCULATION = /^(?:0[xX][0-9a-fA-F]+|\d+|own_[ia]\d+|0x\w+UL|\(long\)|\(short\)|[-+*/~<>|&()\s])+$/;

/** Names in a block: own_r0[0] and own_r0[1] for operand 0 in a register, own_m0, own_i0, own_a0; own_g[5] for register 5. */
export class Operands {
  readonly #operands: readonly AsmOperand[];
  readonly #bound: ReadonlyMap<string, number>;
  usesHard = false;

  constructor({ operands }: AsmParts, bound: ReadonlyMap<string, number>) {
    this.#operands = operands;
    this.#bound = bound;
    this.usesHard = operands.some((operand) => this.hardOf(operand) !== undefined);
  }

  /** The register to which the variable that is this operand is bound. */
  hardOf({ kind, expression }: AsmOperand): number | undefined {
    return kind === 'register' ? this.#bound.get(expression) : undefined;
  }

  /** Where the value of an operand is, as a pointer to two words. */
  wordsOf(operand: AsmOperand): string {
    const hard = this.hardOf(operand);
    return hard === undefined ? `own_r${operand.tie ?? operand.index}` : `(own_g + ${hard})`;
  }

  register(text: string): Operand | undefined {
    const hard = HARD.exec(text)?.[1];
    if (hard !== undefined) return this.#hard(Number(hard));
    const found = this.#reference(text);
    if (found?.operand.kind !== 'register') return undefined;
    const number = this.hardOf(found.operand);
    const both = number === undefined ? undefined : this.#hard(number);
    const words = this.wordsOf(found.operand);
    const code = both?.code ?? `${words}[0]`;
    const odd = both?.odd ?? `${words}[1]`;
    return found.modifier === 'N' ? operandOf(odd) : { ...operandOf(code), odd };
  }

  /** A field that names no register where it is 0. */
  registerOrNone(text: string): Operand | undefined {
    return Number(HARD.exec(text)?.[1]) === 0 ? operandOf('0UL') : this.register(text);
  }

  value(text: string): Operand | undefined {
    const code = text.replace(REFERENCES, (written) => this.#immediate(written) ?? '%');
    return CALCULATION.test(code) ? operandOf(`((long)(${code}))`) : undefined;
  }

  /** How far is shifted: a number, or what a register holds plus one. */
  amount(text: string): Operand | undefined {
    const plain = this.value(text);
    if (plain) return plain;
    const parts = parenthesized(text);
    return parts?.inside.length === 1 ? this.#sum(parts.before, parts.inside) : undefined;
  }

  memory(text: string): Operand | undefined {
    const parts = parenthesized(text);
    const pointer = this.#pointer(parts ? text : text.replace(/^(%[^+]+)\+(.+)$/, '$2+$1'));
    if (pointer) return pointer;
    if (!parts) return this.#cast(this.value(text));
    return parts.inside.length <= 2 ? this.#cast(this.#sum(parts.before, parts.inside)) : undefined;
  }

  /** `0(8,%1)`, `%O0(8,%R0)` */
  range(text: string): Operand | undefined {
    const parts = parenthesized(text);
    const [size = '', base = '', ...more] = parts?.inside ?? [];
    const length = this.value(size);
    const memory = more.length === 0 && base !== '' ? this.memory(`${parts?.before}(${base})`) : undefined;
    return memory && length ? { ...memory, length: length.code } : undefined;
  }

  /** An operand in storage, as it is or a few bytes behind: `%0`, `8+%0`, `8+%O0(%R0)`. */
  #pointer(text: string): Operand | undefined {
    const [, offset, written = ''] = /^(?:([^%]+)\+)?(%.+)$/.exec(text) ?? [];
    const [, first, second] = /^%O(\d+|\[\w+\])\(%R(\d+|\[\w+\])\)$/.exec(written) ?? [];
    const found = this.#reference(first !== undefined && first === second ? `%${first}` : written);
    const behind = offset === undefined ? operandOf('0') : this.value(offset);
    if (!found || !behind || (found.operand.kind !== 'memory' && found.operand.kind !== 'address')) return undefined;
    const name = `own_${found.operand.kind === 'memory' ? 'm' : 'a'}${found.operand.tie ?? found.operand.index}`;
    if (found.operand.kind === 'memory' && offset === undefined) return operandOf(name);
    return operandOf(`(void *)((unsigned long)${name} + ${behind.code})`);
  }

  #sum(before: string, registers: readonly string[]): Operand | undefined {
    const parts = [
      before === '' ? operandOf('0UL') : this.value(before),
      ...registers.map((r) => this.registerOrNone(r)),
    ];
    if (parts.some((part) => part === undefined)) return undefined;
    return operandOf(`(${parts.map((part) => part?.code).join(' + ')})`);
  }

  #cast(address: Operand | undefined): Operand | undefined {
    return address && operandOf(`((void *)${address.code})`);
  }

  #hard(number: number): Operand | undefined {
    if (number > 15) return undefined;
    this.usesHard = true;
    return { ...operandOf(`own_g[${number}]`), odd: `own_g[${number + 1}]` };
  }

  #immediate(written: string): string | undefined {
    const found = this.#reference(written);
    if (found?.operand.kind !== 'immediate' && found?.operand.kind !== 'address') return undefined;
    const name = `own_${found.operand.kind === 'immediate' ? 'i' : 'a'}${found.operand.index}`;
    switch (found.modifier) {
      case undefined:
      case 'c':
        return name;
      case 'b':
        return `(${name} & 0xff)`;
      case 'x':
        return `(${name} & 0xffff)`;
      case 'h':
        return `((long)(short)${name})`;
      default:
        return undefined;
    }
  }

  #reference(text: string): { operand: AsmOperand; modifier: string | undefined } | undefined {
    const [, modifier, number, name] = REFERENCE.exec(text) ?? [];
    const operand =
      name === undefined ? this.#operands[Number(number ?? -1)] : this.#operands.find((other) => other.name === name);
    return operand && { operand, modifier };
  }
}

function operandOf(code: string): Operand {
  return { code, odd: '', length: '' };
}

/** `before(first,second)` */
function parenthesized(text: string): { before: string; inside: string[] } | undefined {
  const [, before, inside] = /^([^()]*)\(([^()]*)\)$/.exec(text) ?? [];
  if (before === undefined || inside === undefined) return undefined;
  return { before: before.trim(), inside: inside.split(',').map((part) => part.trim()) };
}
