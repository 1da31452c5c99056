// SPDX-License-Identifier: GPL-2.0-only
/** The text of a template as labels and instructions. What other sections hold (exception tables, alternatives) is left out. */

export type TemplateLine =
  | { readonly kind: 'label'; readonly name: string }
  | {
      readonly kind: 'instruction';
      /** As it is written, for messages. */
      readonly text: string;
      readonly mnemonic: string;
      readonly operands: readonly string[];
    };

/** Directives that make no code. */
const HARMLESS =
  /^\.(?:align|balign|p2align|org|globa?l|local|weak|type|size|file|loc|machine|machinemode|set|equ|equiv|cfi_\w+|hidden|nops|skip|space)$/;

export function parseTemplate(template: string): TemplateLine[] {
  const lines: TemplateLine[] = [];
  const sections = new Sections();
  for (const written of statements(template)) {
    let rest = written;
    for (let label = LABEL.exec(rest); label; label = LABEL.exec(rest)) {
      if (sections.isMain) lines.push({ kind: 'label', name: label[1] ?? '' });
      rest = rest.slice(label[0].length);
    }
    const [, mnemonic = '', operands = ''] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
    if (mnemonic === '' || sections.take(mnemonic, operands) || !sections.isMain || HARMLESS.test(mnemonic)) continue;
    const text = `${mnemonic} ${operands}`.trim().replace(/\s+/g, ' ');
    lines.push({ kind: 'instruction', text, mnemonic: mnemonic.toLowerCase(), operands: splitOperands(operands) });
  }
  return lines;
}

const LABEL = /^([\w.$]+(?:%=)?[\w.$]*):\s*/;

/** Lines, and what semicolons separate on them; comments go. */
function statements(template: string): string[] {
  return template
    .replace(/\/\*[\s\S]*?\*\//g, ' ')
    .split('\n')
    .flatMap((line) => outsideOfStrings(line))
    .map((statement) => statement.trim())
    .filter(Boolean);
}

/** `"ax"` of a section may hold what elsewhere ends a statement. */
function outsideOfStrings(line: string): string[] {
  const parts = [''];
  for (const [piece] of line.matchAll(/"(?:[^"\\]|\\.)*"|[\s\S]/g)) {
    if (piece === '#') break;
    if (piece === ';') parts.push('');
    else parts[parts.length - 1] += piece;
  }
  return parts;
}

/** Whether the code of a statement lies in the function. */
class Sections {
  readonly #pushed: boolean[] = [];
  #before = true;
  isMain = true;

  /** Answers whether it is a directive of sections. */
  take(directive: string, operands: string): boolean {
    const current = this.isMain;
    switch (directive) {
      case '.pushsection':
        this.#pushed.push(current);
        this.isMain = isText(operands);
        return true;
      case '.popsection':
        this.isMain = this.#pushed.pop() ?? true;
        return true;
      case '.section':
        this.isMain = isText(operands);
        break;
      case '.text':
      case '.subsection':
        this.isMain = directive === '.text' || /^0*$/.test(operands.trim());
        break;
      case '.data':
      case '.bss':
        this.isMain = false;
        break;
      case '.previous':
        this.isMain = this.#before;
        break;
      default:
        return false;
    }
    this.#before = current;
    return true;
  }
}

function isText(operands: string): boolean {
  return /^\.text\s*(?:,|$)/.test(operands.trim());
}

/** At commas outside of parentheses. */
function splitOperands(text: string): string[] {
  const operands = [''];
  let depth = 0;
  for (const c of text) {
    if (c === '(') depth++;
    if (c === ')') depth--;
    if (c === ',' && depth === 0) operands.push('');
    else operands[operands.length - 1] += c;
  }
  return text.trim() === '' ? [] : operands.map((operand) => operand.trim());
}
