// SPDX-License-Identifier: GPL-2.0-only
/** Preprocessed C as tokens: what is in strings and comments is none. */

export type TokenKind = 'word' | 'number' | 'string' | 'character' | 'mark';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** `# 12 "mm/gmap.c" 2`: the line after it is line 12 of that file. Other directives are markers without a file. */
export interface Marker {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** As it is written between the quotes. */
  readonly file: string | undefined;
}

const BLANK = /[ \t\f\v\r]+|\\\r?\n/y;
const COMMENT = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const DIRECTIVE = /[ \t]*#[^\n]*/y;
const PLACE = /^[ \t]*#[ \t]*(?:line[ \t]+)?(\d+)[ \t]+"((?:[^"\\]|\\.)*)"/;
const TOKENS: readonly (readonly [TokenKind, RegExp])[] = [
  ['string', /(?:L|u8?|U)?"(?:[^"\\\n]|\\.)*"/y],
  ['character', /(?:L|u8?|U)?'(?:[^'\\\n]|\\.)*'/y],
  ['word', /[\p{L}_$][\p{L}\p{N}_$]*/uy],
  ['number', /\.?\d(?:[eEpP][+-]|[\w.])*/y],
  ['mark', /->|\.\.\.|\+\+|--|<<=|>>=|[<>=!]=|&&|\|\||<<|>>|[-+*/%&|^]=|[\s\S]/y],
];

/** Never fails: what cannot be C becomes single characters, and the compiler says what is wrong with them. */
export function tokenize(text: string): { tokens: Token[]; markers: Marker[] } {
  const tokens: Token[] = [];
  const markers: Marker[] = [];
  let at = 0;
  let atLineStart = true;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const directive = atLineStart ? match(DIRECTIVE) : undefined;
    if (directive !== undefined) {
      const [, line = '0', file] = PLACE.exec(directive) ?? [];
      markers.push({ start: at, end: at + directive.length, line: Number(line), file });
      at += directive.length;
      continue;
    }
    if (text[at] === '\n') {
      atLineStart = true;
      at++;
      continue;
    }
    const nothing = match(BLANK) ?? match(COMMENT);
    if (nothing !== undefined) {
      at += nothing.length;
      continue;
    }
    atLineStart = false;
    for (const [kind, pattern] of TOKENS) {
      const found = match(pattern);
      if (found === undefined) continue;
      tokens.push({ kind, text: found, start: at, end: at + found.length });
      at += found.length;
      break;
    }
  }
  return { tokens, markers };
}

const CLOSING = new Map([
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
]);
const CLOSERS = new Set(CLOSING.values());

export function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'mark' && token.text === text;
}

export function isWord(token: Token | undefined, words: ReadonlySet<string>): token is Token {
  return token?.kind === 'word' && words.has(token.text);
}

/** The index of the bracket that closes the one at `open`; none if the text ends before. */
export function closingOf(tokens: readonly Token[], open: number): number | undefined {
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i];
    if (token?.kind !== 'mark') continue;
    if (CLOSING.has(token.text)) depth++;
    else if (CLOSERS.has(token.text) && --depth === 0) return i;
  }
  return undefined;
}

/** The parts of tokens `from` to `to` (without it) between separators that stand outside of brackets. */
export function splitAt(tokens: readonly Token[], from: number, to: number, separator: string): [number, number][] {
  const parts: [number, number][] = [];
  let begin = from;
  for (let i = from; i < to; i++) {
    const token = tokens[i];
    if (token?.kind !== 'mark') continue;
    if (CLOSING.has(token.text)) i = closingOf(tokens, i) ?? to;
    else if (token.text === separator) {
      parts.push([begin, i]);
      begin = i + 1;
    }
  }
  parts.push([begin, to]);
  return parts;
}

/** What adjacent string literals say together. */
export function stringValue(literals: readonly Token[]): string {
  return literals.map(({ text }) => unescaped(text.slice(text.indexOf('"') + 1, -1))).join('');
}

const ESCAPES = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
  ['b', '\b'],
  ['a', '\u0007'],
]);

function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|([\s\S]))/g, (_, hex, octal, other) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16) & 0xff);
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    return ESCAPES.get(other) ?? other;
  });
}

/** A string literal of C that says this. */
export function literal(text: string): string {
  const inner = text.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t');
  return `"${inner.replace(/[^ -~]/g, '?')}"`;
}
