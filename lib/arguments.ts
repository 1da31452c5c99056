// SPDX-License-Identifier: GPL-2.0-only
/**
 * How everything that is exported takes what a caller gives: each value is looked at once, and refused with a TypeError or a
 * RangeError that names it. Nothing of the caller's is called but the getters of options, each of them once.
 *
 * `name` is always the function and the argument, for the message: `mmap: options`.
 */
import { show, showWithType } from './show.js';
import type { StopSignal } from './stop-signal.js';

export function wrongType(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${expected}, not ${showWithType(value)}`);
}

// Numbers, words, functions

/** A whole number from `min` to `max`, or throws. */
export function checkNumber(name: string, value: unknown, min: number, max: number): number {
  if (typeof value !== 'number') throw wrongType(name, 'a number', value);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new RangeError(`${name} must be a whole number from ${min} to ${max}, not ${show(value)}`);
  return value;
}

/** A bigint from `min` to `max`, or throws. `range`: how the message says that. */
export function checkBigint(name: string, value: unknown, min: bigint, max: bigint, range: string): bigint {
  if (typeof value !== 'bigint') throw wrongType(name, 'a bigint', value);
  if (value < min || value > max) throw new RangeError(`${name} must be ${range}, not ${show(value)}`);
  return value;
}

const MAX_WORD = 2n ** 64n - 1n;

/** An address of 64 bits, or throws. */
export function checkAddress(name: string, value: unknown): bigint {
  return checkBigint(name, value, 0n, MAX_WORD, 'from 0n to 2n ** 64n - 1n');
}

/** A seed of 64 bits, which may be given as a number, or throws. */
export function checkSeed(name: string, value: unknown): bigint {
  if (typeof value === 'number') return BigInt(checkNumber(name, value, 0, Number.MAX_SAFE_INTEGER));
  if (typeof value !== 'bigint') throw wrongType(name, 'a bigint or a number', value);
  return checkBigint(name, value, 0n, MAX_WORD, 'from 0 to 2 ** 64 - 1');
}

export function checkText(name: string, value: unknown): string {
  if (typeof value !== 'string') throw wrongType(name, 'a string', value);
  return value;
}

/** What Linux takes for a path. */
const PATH_BYTES = 4095;

/** The path of a file or a folder, or throws. */
export function checkPath(name: string, value: unknown): string {
  const path = checkText(name, value);
  if (path === '' || path.includes('\0') || path.length > PATH_BYTES)
    throw new RangeError(`${name} must be a path of 1 to ${PATH_BYTES} characters without NUL, not ${show(path)}`);
  return path;
}

/** The place of one of these words, or throws. */
export function checkWord<Word extends string>(name: string, value: unknown, words: readonly Word[]): number {
  const index = words.indexOf(checkText(name, value) as Word);
  if (index < 0) throw new RangeError(`${name} must be one of ${words.join(', ')}, not ${show(value)}`);
  return index;
}

/** An optional flag, or throws. */
export function checkFlag(name: string, value: unknown, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw wrongType(name, 'a boolean', value);
  return value;
}

/** A callback, or throws. */
export function checkFunction<F>(name: string, value: F): F {
  if (typeof value !== 'function') throw wrongType(name, 'a function', value);
  return value;
}

// Objects

/**
 * Any object, or throws. Who reads its properties does so once, `const { from, to } = checkObject(…)`: for calls where each
 * nanosecond counts. Others use {@link takeOptions}, which does all of that.
 */
export function checkObject<O extends object>(name: string, value: O): O {
  if (typeof value !== 'object' || value === null) throw wrongType(name, 'an object', value);
  return value;
}

/** The same for one that has nothing but these properties: one that is misspelt must not count as left out. */
export function checkNamed<O extends object>(name: string, value: O, known: readonly (keyof O & string)[]): O {
  for (const key of Object.keys(checkObject(name, value))) {
    if (!(known as readonly string[]).includes(key))
      throw new TypeError(`${name} has no ${show(key)}: there are ${known.join(', ')}`);
  }
  return value;
}

/** What takes the value of one option: it checks it, and answers it or what stands for undefined. */
export type Taker<Value> = (name: string, value: unknown) => Value;

/** What takes each of some options. */
export type Takers<Options> = { readonly [Key in keyof Options]-?: Taker<Options[Key]> };

/**
 * An object with options of our own: each one is read once and checked, and the caller's object is not looked at again. One
 * that is misspelt must not count as left out: there are no others. Throws what getters throw.
 */
export function takeOptions<Options extends object>(
  name: string,
  value: unknown,
  takers: Takers<Options>,
): Readonly<Options> {
  const known = Object.keys(takers) as (keyof Options & string)[];
  const read = checkNamed<Readonly<Record<string, unknown>>>(name, value as Readonly<Record<string, unknown>>, known);
  const prefix = name.slice(0, name.indexOf(':') + 1);
  const taken = known.map((key) => [key, takers[key](`${prefix} ${key}`, read[key])] as const);
  return Object.freeze(Object.fromEntries(taken)) as Readonly<Options>;
}

/** Some options of a table of them; not one of the others. */
export function optional<Value>(take: Taker<Value>): Taker<Value | undefined> {
  return (name, value) => (value === undefined ? undefined : take(name, value));
}

export function withDefault<Value>(take: Taker<Value>, otherwise: Value): Taker<Value> {
  return (name, value) => (value === undefined ? otherwise : take(name, value));
}

export const flag =
  (otherwise: boolean): Taker<boolean> =>
  (name, value) =>
    checkFlag(name, value, otherwise);

export const number =
  (min: number, max: number): Taker<number> =>
  (name, value) =>
    checkNumber(name, value, min, max);

/** A callback that takes what `Callback` takes: nobody can check more than that it is a function. */
export const callback = <Callback>(): Taker<Callback> => checkFunction as Taker<Callback>;

/** An AbortSignal, or what looks like one. It is alive: it goes on being asked. */
export const signal: Taker<StopSignal> = (name, value) => {
  const looksLikeOne =
    typeof value === 'object' &&
    value !== null &&
    'aborted' in value &&
    typeof (value as StopSignal).addEventListener === 'function';
  if (!looksLikeOne) throw wrongType(name, 'an AbortSignal', value);
  return value as StopSignal;
};

/** Something that can be iterated, or throws. It is asked for its items when they are needed, and throws what it throws. */
export function checkIterable<Item>(name: string, value: Iterable<Item>): Iterable<Item> {
  if (typeof value !== 'object' || value === null || typeof value[Symbol.iterator] !== 'function')
    throw wrongType(name, 'an iterable object', value);
  return value;
}

/** A copy of an array, each item checked, or throws. */
export function takeList<Item>(name: string, value: unknown, take: Taker<Item>): Item[] {
  if (!Array.isArray(value)) throw wrongType(name, 'an array', value);
  return Array.from({ length: value.length }, (_, i) => take(`${name}[${i}]`, (value as readonly unknown[])[i]));
}

// Bytes

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** What the engine itself knows of a typed array, whatever its class says: undefined, or a TypeError, for what is none. */
function ownProperty(key: 'length' | typeof Symbol.toStringTag): (value: unknown) => unknown {
  const get = Object.getOwnPropertyDescriptor(typedArray, key)?.get;
  if (!get) throw new Error(`typed arrays have no ${String(key)} here`);
  return (value) => Reflect.apply(get, value, []) as unknown;
}

const kindOf = ownProperty(Symbol.toStringTag);
const lengthOf = ownProperty('length');

/**
 * A Uint8Array of any realm and any class, or throws; proxies are none. For native code, which copies it before it looks at
 * it. Nothing here may read it: its class can be the caller's, and its memory shared.
 */
export function checkBytes(name: string, value: unknown): Uint8Array {
  if (kindOf(value) !== 'Uint8Array') throw wrongType(name, 'a Uint8Array', value);
  return value as Uint8Array;
}

/** The same as a plain Uint8Array with memory of its own, which nobody else writes to: for code that reads it. */
export function copyBytes(name: string, value: unknown): Uint8Array {
  const bytes = checkBytes(name, value);
  // of a detached buffer nothing is left, and nothing can be copied
  return lengthOf(bytes) === 0 ? new Uint8Array(0) : new Uint8Array(bytes);
}

/** So many 64-bit words as a plain BigUint64Array, or throws. */
export function checkWords(name: string, value: unknown, count: number): BigUint64Array {
  if (kindOf(value) !== 'BigUint64Array') throw wrongType(name, 'a BigUint64Array', value);
  if (lengthOf(value) !== count) throw new RangeError(`${name} must have ${count} words, not ${show(lengthOf(value))}`);
  return value as BigUint64Array;
}

/** What a typed array of any class holds, by places: its iterator can be the caller's. Nothing of another view. */
export function itemsOf(view: ArrayBufferView): (number | bigint)[] {
  if (kindOf(view) === undefined) return [];
  const items = view as unknown as readonly (number | bigint)[];
  return Array.from({ length: lengthOf(view) as number }, (_, i) => items[i] ?? 0);
}
