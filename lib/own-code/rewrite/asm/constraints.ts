// SPDX-License-Identifier: GPL-2.0-only
/** What an asm statement declares behind its template: operands with their constraints, and labels. */
import type { Source } from '../source.js';
import { isMark, splitAt, stringValue } from '../tokens.js';

/** `address`: a value that the template uses as an address; `flag`: the condition code as a result. */
export type OperandKind = 'register' | 'memory' | 'immediate' | 'address' | 'flag';

export interface AsmOperand {
  readonly index: number;
  readonly name: string | undefined;
  readonly kind: OperandKind;
  readonly isOutput: boolean;
  /** Whether it has a value before: inputs, and `+` among the outputs. */
  readonly isInput: boolean;
  /** The output whose register it takes. */
  readonly tie: number | undefined;
  /** C, on one line. */
  readonly expression: string;
}

export interface AsmParts {
  readonly template: string;
  readonly hasOperands: boolean;
  readonly operands: readonly AsmOperand[];
  readonly labels: readonly string[];
}

/** An expression on one line, as the rewriter wants it. */
export type Flatten = (from: number, to: number) => string;

/** The parts of an asm statement that stands in tokens `from` to `to`; none if it has others, or constraints that are not known. */
export function parseAsm(source: Source, from: number, to: number, flatten: Flatten): AsmParts | undefined {
  const { tokens } = source;
  const [template, outputs, inputs, , labels] = splitAt(tokens, from, to, ':');
  if (!template) return undefined;
  const literals = tokens.slice(template[0], template[1]);
  if (literals.length === 0 || literals.some(({ kind }) => kind !== 'string')) return undefined;
  const operands: AsmOperand[] = [];
  for (const [range, isOutput] of [[outputs, true] as const, [inputs, false] as const]) {
    for (const [first, last] of range ? splitAt(tokens, range[0], range[1], ',') : []) {
      if (first === last) continue;
      const operand = parseOperand(
        source,
        [first, last],
        { isOutput, index: operands.length, before: operands },
        flatten,
      );
      if (!operand) return undefined;
      operands.push(operand);
    }
  }
  return {
    template: stringValue(literals),
    hasOperands: outputs !== undefined,
    operands,
    labels: labels
      ? tokens
          .slice(labels[0], labels[1])
          .filter(({ kind }) => kind === 'word')
          .map(({ text }) => text)
      : [],
  };
}

interface Position {
  readonly isOutput: boolean;
  readonly index: number;
  readonly before: readonly AsmOperand[];
}

/** `[name] "constraint" (expression)` */
function parseOperand(
  { tokens }: Source,
  [first, last]: readonly [number, number],
  { isOutput, index, before }: Position,
  flatten: Flatten,
): AsmOperand | undefined {
  const isNamed = isMark(tokens[first], '[');
  let at = isNamed ? first + 3 : first;
  const literals = [];
  for (; tokens[at]?.kind === 'string' && at < last; at++) {
    const token = tokens[at];
    if (token) literals.push(token);
  }
  if (literals.length === 0 || !isMark(tokens[at], '(')) return undefined;
  const constraint = stringValue(literals);
  const tie = isOutput ? undefined : tieOf(constraint, before);
  const kind = tie === undefined ? kindOf(constraint) : before[tie]?.kind;
  if (!kind) return undefined;
  return {
    index,
    name: isNamed ? tokens[first + 1]?.text : undefined,
    kind,
    isOutput,
    isInput: !isOutput || constraint.includes('+'),
    tie,
    expression: flatten(at + 1, last - 1),
  };
}

/** `"0"`, `"[name]"` */
function tieOf(constraint: string, before: readonly AsmOperand[]): number | undefined {
  const number = /^%?(\d+)/.exec(constraint)?.[1];
  const name = /^\[(\w+)\]$/.exec(constraint)?.[1];
  const found = before.find((other) =>
    name === undefined ? other.index === Number(number ?? -1) : other.name === name,
  );
  return found?.isOutput ? found.index : undefined;
}

/** Where there is a choice, the simplest. Floating point and vectors are not known. */
function kindOf(constraint: string): OperandKind | undefined {
  if (/^=@cc$/.test(constraint)) return 'flag';
  const letters = constraint.replace(/[=+&%,*?!#^\s]/g, '');
  if (/Z[QRST]|[pUW]/.test(letters)) return 'address';
  const plain = letters.replace(/A[QRST]/g, 'm');
  if (/[dargX]/.test(plain)) return 'register';
  if (/[moVQRST<>]/.test(plain)) return 'memory';
  if (/[inIJKLMNOPsEFGY]/.test(plain)) return 'immediate';
  return undefined;
}
