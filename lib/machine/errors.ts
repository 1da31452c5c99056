// SPDX-License-Identifier: GPL-2.0-only
/** Mistakes and limits: what is thrown, where a failure of the kernel is a result. */

const texts = {
  /** More work than the machine's limits allow. Nothing was changed. */
  ERR_GMAP_BUDGET: 'limit reached',
  /** An earlier call ended in a BUG. */
  ERR_GMAP_DEAD: 'the machine is dead after a BUG: call reset(), or restore() a snapshot',
  /** The object was closed or freed, or the process exited, or a reset or restore took it away. */
  ERR_GMAP_CLOSED: 'closed',
  /** The call is not possible inside a callback. Nothing was changed. */
  ERR_GMAP_IN_CALLBACK: 'not possible inside a callback',
  /** The object belongs to another machine. */
  ERR_GMAP_FOREIGN: 'belongs to another machine',
  /** This process has no memory left. */
  ERR_GMAP_MEMORY: 'no memory',
  /** A BUG in a function in which no kernel has one: a check of the model found something. */
  ERR_GMAP_BUG: 'a check of the model failed',
  /** The address has no page table, and the caller is the one who must have one. */
  ERR_GMAP_NO_PAGE_TABLE: 'the host address has no page table',
  /** Who wrote what is known only while the machine is traced. */
  ERR_GMAP_NOT_TRACED: 'the machine is not traced: call startTracing() first',
  /** The kernel that the machine behaves like does not have the function. Nothing was changed. */
  ERR_GMAP_UNSUPPORTED: 'the kernel does not have the function',
  /** A callback could not even be called. */
  ERR_GMAP_CALLBACK: 'a callback could not be called: the stack is exhausted',
} as const;

export type GmapErrorCode = keyof typeof texts;

/** What is thrown for everything that is neither a result nor a wrong argument (TypeError, RangeError). */
export class GmapError extends Error {
  override readonly name = 'GmapError';
  readonly code: GmapErrorCode;

  constructor(code: GmapErrorCode, message: string = texts[code]) {
    super(message);
    this.code = code;
  }
}

export function closedError(name: string): GmapError {
  return new GmapError(
    'ERR_GMAP_CLOSED',
    `${name}: the object is gone: it was closed or freed, its process or machine has ended, or a reset or restore took it away`,
  );
}

/** How a value of the wrong type is shown in a message. */
function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'bigint') return `the bigint ${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`;
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${expected}, not ${describe(value)}`);
}

/** A whole number from `min` to `max`, or throws. */
export function checkNumber(name: string, value: number, min: number, max: number): number {
  if (typeof value !== 'number') throw wrongType(name, 'a number', value);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${value}`);
  return value;
}

/** An address of 64 bits, or throws. */
export function checkAddress(name: string, value: bigint): bigint {
  if (typeof value !== 'bigint') throw wrongType(name, 'a bigint', value);
  if (BigInt.asUintN(64, value) !== value)
    throw new RangeError(`${name} must be from 0n to 2n ** 64n - 1n, not ${value}n`);
  return value;
}

/** The place of one of these words, or throws. */
export function checkWord<Word extends string>(name: string, value: Word, words: readonly Word[]): number {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  const index = words.indexOf(value);
  if (index < 0) throw new RangeError(`${name} must be one of ${words.join(', ')}, not ${JSON.stringify(value)}`);
  return index;
}

/** An optional flag, or throws. */
export function checkFlag(name: string, value: boolean | undefined, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean', value);
  return value;
}

/** A callback, or throws. */
export function checkFunction<F>(name: string, value: F): F {
  if (typeof value !== 'function') throw wrongType(name, 'a function', value);
  return value;
}

/** An object with options, or throws. `known` are all that it can have: a misspelt one must not count as left out. */
export function checkOptions<O extends object>(name: string, value: O, known?: readonly (keyof O & string)[]): O {
  if (typeof value !== 'object' || value === null) throw wrongType(name, 'an object', value);
  for (const key of known ? Object.keys(value) : []) {
    if (!(known as readonly string[]).includes(key))
      throw new TypeError(`${name} has no ${JSON.stringify(key)}: there are ${known?.join(', ')}`);
  }
  return value;
}
