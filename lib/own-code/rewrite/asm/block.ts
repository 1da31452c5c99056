// SPDX-License-Identifier: GPL-2.0-only
/** The C block that takes the place of an asm statement. */
import { instructionToC } from '../instructions/index.js';
import type { Place } from '../source.js';
import { literal } from '../tokens.js';
import type { AsmOperand, AsmParts } from './constraints.js';
import { Operands } from './operands.js';
import { parseTemplate, type TemplateLine } from './template.js';

/** Where a block stands, for its labels and messages. */
export interface BlockPlace {
  /** In the file: labels are named by it. */
  readonly number: number;
  readonly place: Place;
}

export interface Unknown {
  readonly text: string;
  readonly place: Place;
}

export function unknownCall({ text, place }: Unknown): string {
  return `own_unknown_instruction(${literal(text)}, ${literal(place.file)}, ${place.line});`;
}

/** `unknown` gets the instructions that are not known: the block ends the call when it comes to one. */
export function blockFor(
  parts: AsmParts,
  bound: ReadonlyMap<string, number>,
  at: BlockPlace,
  unknown: (instruction: Unknown) => void,
): string {
  return new Block(parts, bound, at, unknown).text();
}

class Block {
  readonly #parts: AsmParts;
  readonly #operands: Operands;
  readonly #lines: readonly TemplateLine[];
  readonly #at: BlockPlace;
  readonly #unknown: (instruction: Unknown) => void;

  constructor(
    parts: AsmParts,
    bound: ReadonlyMap<string, number>,
    at: BlockPlace,
    unknown: (instruction: Unknown) => void,
  ) {
    this.#parts = parts;
    this.#operands = new Operands(parts, bound);
    // Only a template with operands has % in pairs.
    this.#lines = parseTemplate(parts.hasOperands ? parts.template : parts.template.replaceAll('%', '%%'));
    this.#at = at;
    this.#unknown = unknown;
  }

  text(): string {
    const body = this.#lines.map((line, i) =>
      line.kind === 'label' ? `${this.#labelName(i)}:;` : this.#statement(line, i),
    );
    // What a template without instructions is for: the compiler may assume nothing.
    const barrier = body.length === 0 ? ['__asm__ volatile("" ::: "memory");'] : [];
    const before = this.#parts.operands.map((operand) => this.#begin(operand));
    const hard = this.#operands.usesHard ? 'unsigned long own_g[17] = { 0 };' : '';
    const lines = ['unsigned int own_cc = 0;', hard, ...before, ...body, ...barrier, this.#outputs()];
    return `{ ${lines.filter(Boolean).join(' ')} }`;
  }

  #statement(line: TemplateLine & { kind: 'instruction' }, at: number): string {
    const context = { operands: this.#operands, goTo: (label: string) => this.#goTo(label, at) };
    const code = instructionToC(line.mnemonic, line.operands, context);
    if (code !== undefined) return code;
    const unknown = { text: line.text, place: this.#at.place };
    this.#unknown(unknown);
    return unknownCall(unknown);
  }

  /** What an operand is when the block begins. Each expression stands once: it may do something, or contain labels. */
  #begin(operand: AsmOperand): string {
    const { index, kind, isOutput, isInput, tie, expression } = operand;
    const words = this.#operands.wordsOf(operand);
    const pair =
      this.#operands.hardOf(operand) === undefined && tie === undefined
        ? `unsigned long own_r${index}[2] = { 0, 0 };`
        : '';
    switch (kind) {
      case 'flag':
        return `__auto_type own_p${index} = &(${expression});`;
      case 'memory':
        return tie === undefined ? `void *own_m${index} = (void *)&(${expression});` : '';
      case 'immediate':
        return `const long own_i${index} = (long)(${expression});`;
      case 'address':
        return `void *own_a${index} = (void *)(${expression});`;
      case 'register': {
        const pointer = `__auto_type own_p${index} = ${isOutput ? `&(${expression})` : ''}`;
        const value = isOutput
          ? `${pointer};`
          : `__auto_type own_v${index} = (${expression}); ${pointer}&own_v${index};`;
        const get = isInput ? `own_get(${words}, (const void *)own_p${index}, sizeof(*own_p${index}));` : '';
        return `${value} ${pair} ${get}`;
      }
    }
  }

  /** What the statement leaves: on the way out, and before a jump to a label of the function. */
  #outputs(): string {
    const outputs = this.#parts.operands.filter(({ isOutput }) => isOutput);
    return outputs
      .map((operand) => {
        const { index, kind } = operand;
        if (kind === 'flag') return `*own_p${index} = own_cc;`;
        if (kind !== 'register') return '';
        return `own_put((void *)own_p${index}, ${this.#operands.wordsOf(operand)}, sizeof(*own_p${index}));`;
      })
      .filter(Boolean)
      .join(' ');
  }

  #labelName(line: number): string {
    return `own_label_${this.#at.number}_${line}`;
  }

  /** `1f` and `1b`, names in the template, `%l[name]` and `%l2` in the function. */
  #goTo(label: string, from: number): string | undefined {
    const outside = this.#outsideLabel(label);
    if (outside !== undefined) return `{ ${this.#outputs()} goto ${outside}; }`;
    const [, number, direction] = /^(\d+)([bf])$/.exec(label) ?? [];
    const at = this.#lines
      .map((line, i) => (line.kind === 'label' && line.name === (number ?? label) ? i : -1))
      .filter((i) => i >= 0);
    const target =
      direction === 'f' ? at.find((i) => i > from) : direction === 'b' ? at.filter((i) => i < from).pop() : at[0];
    if (target === undefined) return undefined;
    return target < from ? `{ own_spin(); goto ${this.#labelName(target)}; }` : `goto ${this.#labelName(target)};`;
  }

  #outsideLabel(label: string): string | undefined {
    const { labels, operands } = this.#parts;
    const name = /^%l\[(\w+)\]$/.exec(label)?.[1];
    if (name !== undefined) return labels.find((other) => other === name);
    const number = /^%l(\d+)$/.exec(label)?.[1];
    if (number === undefined) return undefined;
    // An operand that is read and written is counted twice.
    const both = operands.filter(({ isOutput, isInput }) => isOutput && isInput).length;
    return labels[Number(number) - operands.length - both];
  }
}
