// SPDX-License-Identifier: GPL-2.0-only
/** Reads one declaration: what it declares, and what kind of thing that is. All numbers are indices of tokens. */
import { closingOf, isMark, isWord, type Token } from '../tokens.js';

export interface Declarator {
  readonly name: string;
  /** Where the name stands. */
  readonly at: number;
  /** The declarator without its first value; `to` is behind it. */
  readonly from: number;
  readonly to: number;
  /** The first value, without the sign before it. */
  readonly initial: readonly [number, number] | undefined;
  readonly isFunction: boolean;
  readonly isConst: boolean;
}

export interface Declaration {
  readonly from: number;
  /** Behind the specifiers. */
  readonly typeEnd: number;
  readonly storage: ReadonlySet<string>;
  readonly declarators: readonly Declarator[];
  /** Behind the semicolon, or where the body of a function begins. */
  readonly end: number;
  readonly hasBody: boolean;
}

export const STORAGE: ReadonlySet<string> = new Set([
  'typedef',
  'extern',
  'static',
  'register',
  'auto',
  'inline',
  '__inline',
  '__inline__',
  '_Noreturn',
  '_Thread_local',
  '__thread',
  '__extension__',
]);
const QUALIFIERS: ReadonlySet<string> = new Set([
  'const',
  '__const',
  '__const__',
  'volatile',
  '__volatile',
  '__volatile__',
  'restrict',
  '__restrict',
  '__restrict__',
  '_Atomic',
]);
const CONST: ReadonlySet<string> = new Set(['const', '__const', '__const__']);
const BASIC: ReadonlySet<string> = new Set([
  'void',
  'char',
  'short',
  'int',
  'long',
  'float',
  'double',
  'signed',
  '__signed',
  '__signed__',
  'unsigned',
  '_Bool',
  '_Complex',
  '__int128',
  '__int128_t',
  '__uint128_t',
  '__builtin_va_list',
  '__auto_type',
]);
/** Those whose operand stands in parentheses. */
const TYPEOF: ReadonlySet<string> = new Set(['typeof', '__typeof', '__typeof__', 'typeof_unqual', '_Alignas']);
export const TAGGED: ReadonlySet<string> = new Set(['struct', 'union', 'enum']);
export const ATTRIBUTE: ReadonlySet<string> = new Set(['__attribute__', '__attribute', '__asm__', '__asm', 'asm']);

/** Whether a statement that begins with this token is a declaration. */
export function beginsDeclaration(token: Token | undefined, isType: (name: string) => boolean): boolean {
  if (token?.kind !== 'word') return false;
  const words = [STORAGE, QUALIFIERS, BASIC, TYPEOF, TAGGED];
  return words.some((set) => set.has(token.text)) || token.text === '__label__' || isType(token.text);
}

/** Behind `__attribute__((…))` and the like, if one is here. */
export function behindGroup(tokens: readonly Token[], at: number): number {
  if (!isMark(tokens[at], '(')) return at;
  return (closingOf(tokens, at) ?? tokens.length - 1) + 1;
}

/** Behind the words of a `struct` and its members, or of the like. */
export function behindTagged(tokens: readonly Token[], at: number): number {
  let i = at + 1;
  while (isWord(tokens[i], ATTRIBUTE)) i = behindGroup(tokens, i + 1);
  if (tokens[i]?.kind === 'word') i++;
  if (isMark(tokens[i], '{')) i = (closingOf(tokens, i) ?? tokens.length - 1) + 1;
  return i;
}

/** The declaration that begins at `from`. */
export function parseDeclaration(tokens: readonly Token[], from: number): Declaration {
  const { typeEnd, storage, isConst } = specifiers(tokens, from);
  const declarators: Declarator[] = [];
  let i = typeEnd;
  while (i < tokens.length) {
    const found = declarator(tokens, i, isConst);
    if (found) declarators.push(found);
    i = found?.initial ? found.initial[1] : declaratorEnd(tokens, i);
    if (!isMark(tokens[i], ',')) break;
    i++;
  }
  const hasBody = isMark(tokens[i], '{');
  return { from, typeEnd, storage, declarators, end: hasBody ? i : i + 1, hasBody };
}

function specifiers(
  tokens: readonly Token[],
  from: number,
): { typeEnd: number; storage: Set<string>; isConst: boolean } {
  const storage = new Set<string>();
  let hasType = false;
  let isConst = false;
  let i = from;
  for (let token = tokens[i]; token?.kind === 'word'; token = tokens[i]) {
    const { text } = token;
    if (STORAGE.has(text)) {
      storage.add(text);
      i++;
    } else if (QUALIFIERS.has(text)) {
      isConst ||= CONST.has(text);
      i++;
    } else if (ATTRIBUTE.has(text)) i = behindGroup(tokens, i + 1);
    else if (TYPEOF.has(text)) {
      hasType ||= text !== '_Alignas';
      i = behindGroup(tokens, i + 1);
    } else if (TAGGED.has(text)) {
      hasType = true;
      i = behindTagged(tokens, i);
    } else if (BASIC.has(text) || !hasType) {
      hasType = true;
      i++;
    } else break;
  }
  return { typeEnd: i, storage, isConst };
}

function declarator(tokens: readonly Token[], from: number, isConstType: boolean): Declarator | undefined {
  let isConst = isConstType;
  let at = from;
  for (; ; at++) {
    const token = tokens[at];
    if (isMark(token, '*')) isConst = false;
    else if (isWord(token, CONST)) isConst = true;
    else if (isWord(token, ATTRIBUTE)) at = behindGroup(tokens, at + 1) - 1;
    else if (!isMark(token, '(') && !isWord(token, QUALIFIERS)) break;
  }
  const name = tokens[at];
  if (name?.kind !== 'word') return undefined;
  const to = declaratorEnd(tokens, at);
  const initial = isMark(tokens[to], '=') ? ([to + 1, initialEnd(tokens, to + 1)] as const) : undefined;
  return { name: name.text, at, from, to, initial, isFunction: isMark(tokens[at + 1], '('), isConst };
}

/** One parameter: its name, if it has one, and where the next one begins. */
export function parseParameter(tokens: readonly Token[], from: number): { name: string | undefined; next: number } {
  const { typeEnd, isConst } = specifiers(tokens, from);
  return { name: declarator(tokens, typeEnd, isConst)?.name, next: declaratorEnd(tokens, typeEnd) + 1 };
}

/** Where a first value, the next declarator, a body or the end follows. */
function declaratorEnd(tokens: readonly Token[], from: number): number {
  return skipTo(tokens, from, new Set(['=', ',', ';', '{']));
}

function initialEnd(tokens: readonly Token[], from: number): number {
  return skipTo(tokens, from, new Set([',', ';']));
}

function skipTo(tokens: readonly Token[], from: number, marks: ReadonlySet<string>): number {
  let i = from;
  for (let token = tokens[i]; token; token = tokens[i]) {
    if (token.kind === 'mark') {
      if (marks.has(token.text) || [')', ']', '}'].includes(token.text)) return i;
      if (['(', '[', '{'].includes(token.text)) i = closingOf(tokens, i) ?? tokens.length;
    }
    i++;
  }
  return i;
}
