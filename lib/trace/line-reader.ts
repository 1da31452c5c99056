// SPDX-License-Identifier: GPL-2.0-only
/**
 * Reads one line of a trace from left to right. Every regular expression here is sticky and without
 * alternatives that overlap, so that reading takes time in proportion to the line.
 */
import { show } from '../show.js';
import { TraceSyntaxError } from './syntax-error.js';
import { MAX_HANDLE, MAX_WORD } from './words.js';

const NUMBER = /0x[0-9a-fA-F]*|[0-9]+/y;
const DIGITS = /[0-9]+/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const LEADING_ZEROS = /^0x0*|^0*(?=[0-9])/;
const FOUND = /[A-Za-z0-9_]+|./suy;

export class LineReader {
  readonly #source: string;
  readonly #line: number;
  readonly #text: string;
  #at = 0;

  constructor(source: string, line: number, text: string) {
    this.#source = source;
    this.#line = line;
    this.#text = text;
  }

  /** Where the next character stands; for {@link fail}. */
  get position(): number {
    return this.#at;
  }

  /** Ends reading with an error about what should stand at `position`. */
  fail(expected: string, position: number = this.#at): never {
    this.problem(`expected ${expected}, found ${this.#found(position)}`, position);
  }

  /** Ends reading with an error in other words. */
  problem(text: string, position: number = this.#at): never {
    throw new TraceSyntaxError(this.#source, this.#line, position + 1, text);
  }

  /** Whether `token` comes next. */
  at(token: string): boolean {
    return this.#text.startsWith(token, this.#at);
  }

  /** Goes past `token` if it comes next. */
  skip(token: string): boolean {
    if (!this.at(token)) return false;
    this.#at += token.length;
    return true;
  }

  /** Goes past `token`, which has to come next. */
  expect(token: string, expected?: string): void {
    if (!this.skip(token)) this.fail(expected ?? `'${token}'`);
  }

  expectEnd(expected = 'the end of the line'): void {
    if (this.#at < this.#text.length) this.fail(expected);
  }

  /** A name as in C, or '' if none comes next. */
  name(): string {
    return this.#match(NAME);
  }

  /** One of the given words. */
  oneOf<Word extends string>(words: readonly Word[], what: string): Word {
    const position = this.#at;
    const found = this.name();
    const word = words.find((candidate) => candidate === found);
    return word ?? this.fail(`${what}: one of ${words.join(', ')}`, position);
  }

  /** An unsigned 64-bit number, decimal or hex. */
  number(what: string): bigint {
    const position = this.#at;
    const digits = this.#match(NUMBER);
    if (digits === '' || digits === '0x') this.fail(`${what}, a decimal or 0x hex number`, position);
    const significant = digits.replace(LEADING_ZEROS, '');
    const isHex = digits.startsWith('0x');
    if (!isHex && significant.length < digits.length) this.fail(`${what}, a number without leading zeros`, position);
    // The length first: making a bigint of a million digits takes long.
    const value = significant.length > 20 ? MAX_WORD + 1n : BigInt(isHex ? `0x0${significant}` : digits);
    if (value > MAX_WORD) this.fail(`${what}, a number below 2^64`, position);
    return value;
  }

  /** The number of a handle such as `g0`. */
  handle(prefix: 'mm' | 'g' | 'n'): number {
    const position = this.#at;
    const digits = this.skip(prefix) ? this.#match(DIGITS) : '';
    if (digits === '' || (digits.startsWith('0') && digits !== '0')) {
      this.fail(`a handle such as ${prefix}0`, position);
    }
    if (Number(digits) > MAX_HANDLE) this.fail(`a handle up to ${prefix}${MAX_HANDLE}`, position);
    return Number(digits);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0] ?? '';
    this.#at += match.length;
    return match;
  }

  #found(position: number): string {
    FOUND.lastIndex = position;
    const found = FOUND.exec(this.#text)?.[0];
    if (found === undefined) return 'the end of the line';
    if (found === '\r') return 'a carriage return (lines end with LF alone)';
    return show(found);
  }
}
