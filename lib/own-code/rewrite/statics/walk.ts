// SPDX-License-Identifier: GPL-2.0-only
/** Walks through a file as a compiler does, with an eye on what each name means. */
import type { Source } from '../source.js';
import { closingOf, isMark, isWord, type Token } from '../tokens.js';
import {
  ATTRIBUTE,
  beginsDeclaration,
  behindGroup,
  behindTagged,
  type Declaration,
  type Declarator,
  parseDeclaration,
  parseParameter,
  TAGGED,
} from './declaration.js';
import { type Meaning, Scopes } from './scopes.js';

/** What happens to the variables of a declaration. `inFunction`: its name, and its first token. */
export interface Visitor {
  /** The meaning of what is declared. */
  meaningOf(declaration: Declaration, declarator: Declarator, inFunction: FunctionPlace | undefined): Meaning;
}

export interface FunctionPlace {
  readonly name: string;
  readonly from: number;
}

/** Answers the text for each token that is the name of a moved variable. */
export function walk(source: Source, visitor: Visitor): Map<number, string> {
  return new Walker(source, visitor).file();
}

const CONTROL: ReadonlySet<string> = new Set(['if', 'while', 'switch']);
const OFFSETOF: ReadonlySet<string> = new Set(['__builtin_offsetof', 'offsetof']);

class Walker {
  readonly #tokens: readonly Token[];
  readonly #visitor: Visitor;
  readonly #scopes = new Scopes();
  readonly #uses = new Map<number, string>();
  #function: FunctionPlace | undefined;

  constructor(source: Source, visitor: Visitor) {
    this.#tokens = source.tokens;
    this.#visitor = visitor;
  }

  file(): Map<number, string> {
    for (let i = 0; i < this.#tokens.length; ) {
      if (isMark(this.#tokens[i], ';')) {
        i++;
        continue;
      }
      const declaration = parseDeclaration(this.#tokens, i);
      // What is no C at all is left alone.
      i = Math.max(this.#declared(declaration), i + 1);
      if (declaration.hasBody) i = this.#functionBody(declaration);
    }
    return this.#uses;
  }

  #functionBody(declaration: Declaration): number {
    const found = declaration.declarators[declaration.declarators.length - 1];
    this.#function = { name: found?.name ?? '', from: declaration.from };
    this.#scopes.enter();
    if (found) this.#parameters(found);
    const end = this.#compound(declaration.end);
    this.#scopes.leave();
    this.#function = undefined;
    return end;
  }

  #parameters({ at, to }: Declarator): void {
    const open = at + 1;
    const close = isMark(this.#tokens[open], '(') ? closingOf(this.#tokens, open) : undefined;
    for (let i = open + 1; close !== undefined && close <= to && i < close; ) {
      const { name, next } = parseParameter(this.#tokens, i);
      if (name !== undefined) this.#scopes.declare(name, { kind: 'other' });
      i = next;
    }
  }

  /** Makes the names known, and looks through the first values. Answers where it ends. */
  #declared(declaration: Declaration): number {
    this.#expression(declaration.from, declaration.typeEnd);
    for (const found of declaration.declarators) {
      const meaning: Meaning = declaration.storage.has('typedef')
        ? { kind: 'type' }
        : this.#visitor.meaningOf(declaration, found, this.#function);
      // In its own file a name means what it says, unless something hides it: nothing can hide there.
      if (!this.#scopes.isFile || meaning.kind !== 'other') this.#scopes.declare(found.name, meaning);
      if (!found.isFunction) this.#brackets(found.at + 1, found.to);
      if (found.initial) this.#expression(found.initial[0], found.initial[1]);
    }
    return declaration.end;
  }

  /** How many elements an array has can depend on variables. */
  #brackets(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const close = isMark(this.#tokens[i], '[') ? closingOf(this.#tokens, i) : undefined;
      if (close === undefined) continue;
      this.#expression(i + 1, close);
      i = close;
    }
  }

  /** Answers where it ends, as all of these do. */
  #compound(open: number): number {
    const close = closingOf(this.#tokens, open) ?? this.#tokens.length;
    this.#scopes.enter();
    for (let i = open + 1; i < close; ) i = Math.max(this.#statement(i, close), i + 1);
    this.#scopes.leave();
    return close + 1;
  }

  #statement(at: number, limit: number): number {
    const token = this.#tokens[at];
    if (isMark(token, '{')) return this.#compound(at);
    if (token?.kind !== 'word') return this.#until(at, limit, ';');
    if (token.text === 'case') return this.#until(at + 1, limit, ':');
    if (isMark(this.#tokens[at + 1], ':')) return at + 2;
    if (token.text === 'goto') return this.#until(isMark(this.#tokens[at + 1], '*') ? at + 1 : at + 2, limit, ';');
    if (token.text === 'else' || token.text === 'do') return this.#statement(at + 1, limit);
    if (CONTROL.has(token.text)) return this.#statement(this.#group(at + 1), limit);
    if (token.text === 'for') return this.#loop(at + 1, limit);
    if (ATTRIBUTE.has(token.text) && !this.#isAsm(at)) return behindGroup(this.#tokens, at + 1);
    if (this.#isDeclaration(at)) return this.#declared(parseDeclaration(this.#tokens, at));
    return this.#until(at, limit, ';');
  }

  #isDeclaration(at: number): boolean {
    let first = at;
    while (this.#tokens[first]?.text === '__extension__') first++;
    return beginsDeclaration(this.#tokens[first], (name) => this.#scopes.find(name)?.kind === 'type');
  }

  #isAsm(at: number): boolean {
    return this.#tokens[at]?.text.includes('asm') ?? false;
  }

  #loop(open: number, limit: number): number {
    const close = closingOf(this.#tokens, open) ?? limit;
    this.#scopes.enter();
    const first = this.#isDeclaration(open + 1) ? this.#declared(parseDeclaration(this.#tokens, open + 1)) : open + 1;
    this.#expression(first, close);
    const end = this.#statement(close + 1, limit);
    this.#scopes.leave();
    return end;
  }

  /** An expression in parentheses. */
  #group(open: number): number {
    const close = closingOf(this.#tokens, open);
    if (close === undefined) return open + 1;
    this.#expression(open + 1, close);
    return close + 1;
  }

  /** An expression up to a mark outside of brackets. */
  #until(from: number, limit: number, mark: string): number {
    let conditionals = 0;
    for (let i = from; i < limit; i++) {
      const text = this.#tokens[i]?.kind === 'mark' ? this.#tokens[i]?.text : undefined;
      if (text === undefined) continue;
      if (['(', '[', '{'].includes(text)) i = closingOf(this.#tokens, i) ?? limit;
      else if (text === '?') conditionals++;
      else if (text === ':' && mark === ':' && conditionals > 0) conditionals--;
      else if (text === mark) {
        this.#expression(from, i);
        return i + 1;
      }
    }
    this.#expression(from, limit);
    return limit;
  }

  #expression(from: number, to: number): void {
    for (let i = from; i < to; ) i = this.#part(i);
  }

  #part(at: number): number {
    const token = this.#tokens[at];
    const next = this.#tokens[at + 1];
    if (isMark(token, '(') && isMark(next, '{')) return this.#compound(at + 1);
    if (isMark(token, '.') || isMark(token, '->')) return next?.kind === 'word' ? at + 2 : at + 1;
    if (isMark(token, '[') && this.#isOperandName(at)) return at + 3;
    if (token?.kind !== 'word') return at + 1;
    if (TAGGED.has(token.text)) return behindTagged(this.#tokens, at);
    if (isWord(token, OFFSETOF)) return behindGroup(this.#tokens, at + 1);
    this.#use(at, token, next);
    return at + 1;
  }

  #use(at: number, { text }: Token, next: Token | undefined): void {
    const meaning = this.#scopes.find(text);
    if (meaning?.kind !== 'moved') return;
    // `name: value` in a first value is a member.
    const before = this.#tokens[at - 1];
    if (isMark(next, ':') && (isMark(before, '{') || isMark(before, ','))) return;
    this.#uses.set(at, meaning.access);
  }

  /** `[name] "constraint"` of an asm statement. */
  #isOperandName(at: number): boolean {
    return isMark(this.#tokens[at + 2], ']') && this.#tokens[at + 3]?.kind === 'string';
  }
}
