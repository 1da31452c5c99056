// SPDX-License-Identifier: GPL-2.0-only
/** Where the inline assembly is, and which variables are bound to registers. */
import type { Source } from '../source.js';
import { closingOf, isMark, isWord, stringValue, type Token } from '../tokens.js';

/** Indices of tokens; `end` is behind the last one. */
export interface AsmStatement {
  readonly kind: 'statement';
  readonly start: number;
  /** What is in the parentheses. */
  readonly from: number;
  readonly to: number;
  /** With the semicolon. */
  readonly end: number;
  /** The registers of variables that are bound to one here. */
  readonly bound: ReadonlyMap<string, number>;
}

/** Text that goes, as the name of the register of a variable. */
export interface Removal {
  readonly kind: 'removal';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Assembly between functions, which C cannot say anything for. */
export interface TopLevelAsm {
  readonly kind: 'top level';
  readonly start: number;
  readonly end: number;
  readonly template: string;
}

const KEYWORDS: ReadonlySet<string> = new Set(['asm', '__asm', '__asm__']);
const QUALIFIERS: ReadonlySet<string> = new Set([
  'volatile',
  '__volatile',
  '__volatile__',
  'inline',
  '__inline',
  '__inline__',
  'goto',
  'const',
]);
/** Words before a statement. */
const BEFORE: ReadonlySet<string> = new Set(['else', 'do']);

interface Scope {
  readonly bound: Map<string, number>;
}

export function findAsm(
  source: Source,
  from = 0,
  to: number = source.tokens.length,
): (AsmStatement | Removal | TopLevelAsm)[] {
  return new Finder(source, to).find(from);
}

class Finder {
  readonly #source: Source;
  readonly #to: number;
  readonly #scopes: Scope[] = [{ bound: new Map() }];
  /** The `register` of the declaration that may be here. */
  #register: number | undefined;

  constructor(source: Source, to: number) {
    this.#source = source;
    this.#to = to;
  }

  find(from: number): (AsmStatement | Removal | TopLevelAsm)[] {
    const found: (AsmStatement | Removal | TopLevelAsm)[] = [];
    for (let i = from; i < this.#to; ) {
      const token = this.#source.tokens[i];
      const asm = isWord(token, KEYWORDS) ? this.#asmAt(i) : undefined;
      if (asm) found.push(asm);
      else if (token?.kind === 'mark') this.#mark(token.text);
      else if (token?.text === 'register' && token.kind === 'word') {
        this.#register = i;
        found.push(this.#storageClass(i));
      }
      i = asm ? asm.end : i + 1;
    }
    return found;
  }

  #mark(text: string): void {
    if (text === '{') this.#scopes.push({ bound: new Map() });
    if (text === '}' && this.#scopes.length > 1) this.#scopes.pop();
    if (text === ';' || text === '{' || text === '}') this.#register = undefined;
  }

  /** The blocks that come take addresses of variables. One outside of functions would be a definition for all files. */
  #storageClass(at: number): Removal {
    const before = this.#source.tokens[at - 1];
    const isParameter = isMark(before, '(') || isMark(before, ',');
    return { kind: 'removal', start: at, end: at + 1, text: this.#scopes.length > 1 || isParameter ? '' : 'static' };
  }

  #asmAt(start: number): AsmStatement | Removal | TopLevelAsm | undefined {
    const { tokens } = this.#source;
    let open = start + 1;
    while (isWord(tokens[open], QUALIFIERS)) open++;
    const close = isMark(tokens[open], '(') ? closingOf(tokens, open) : undefined;
    if (close === undefined || close >= this.#to) return undefined;
    const inside = tokens.slice(open + 1, close);
    const end = isMark(tokens[close + 1], ';') ? close + 2 : close + 1;
    const isStatement = open > start + 1 || this.#isStatementStart(tokens[start - 1]);
    if (this.#scopes.length === 1 && isStatement) {
      const template = stringValue(inside.filter(({ kind }) => kind === 'string'));
      return { kind: 'top level', start, end, template };
    }
    if (!isStatement) return this.#register === undefined ? undefined : this.#bind(start, close + 1, inside);
    const bound = new Map(this.#scopes.flatMap((scope) => [...scope.bound]));
    return { kind: 'statement', start, from: open + 1, to: close, end, bound };
  }

  /** After a declarator `asm` gives a variable its register, or another name in object files. */
  #isStatementStart(before: Token | undefined): boolean {
    if (before === undefined) return true;
    if (before.kind === 'word') return BEFORE.has(before.text);
    if (before.kind !== 'mark') return false;
    return this.#scopes.length > 1 ? before.text !== ']' : before.text === ';' || before.text === '}';
  }

  #bind(start: number, end: number, inside: readonly Token[]): Removal {
    const name = this.#source.tokens[start - 1];
    const number = /^%?r?(\d{1,2})$/.exec(stringValue(inside))?.[1];
    const scope = this.#scopes[this.#scopes.length - 1];
    if (name?.kind === 'word' && number !== undefined && Number(number) < 16)
      scope?.bound.set(name.text, Number(number));
    return { kind: 'removal', start, end, text: '' };
  }
}
