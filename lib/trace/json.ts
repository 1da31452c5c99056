// SPDX-License-Identifier: GPL-2.0-only
/** JSON has no 64-bit numbers: they become hex strings, as traces write them. */
import { itemsOf } from '../arguments.js';
import { hex } from './words.js';

/** What JSON.parse answers. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * What JSON.parse answers of what JSON.stringify wrote of a value of this package: bigints are hex strings such as `0x1000`, maps are
 * objects, arrays of any kind are lists. What is undefined is null in a list, and else is not there; nor are methods.
 */
export type JsonOf<Value> = unknown extends Value
  ? Json
  : Value extends { toJSON(): infer Written }
    ? Written
    : Value extends bigint
      ? string
      : Value extends string | number | boolean
        ? Value
        : Value extends null | undefined
          ? null
          : Value extends BigInt64Array | BigUint64Array
            ? string[]
            : Value extends ArrayBufferView
              ? number[]
              : Value extends ReadonlyMap<unknown, infer Item>
                ? Readonly<Record<string, JsonOf<Item>>>
                : Value extends readonly unknown[]
                  ? { [Index in keyof Value]: JsonOf<Value[Index]> }
                  : JsonOfObject<Value>;

type JsonOfObject<Value> = Flat<
  { [Key in keyof Value as Written<Value, Key, 'always'>]: JsonOf<Value[Key]> } & {
    [Key in keyof Value as Written<Value, Key, 'sometimes'>]?: JsonOf<Exclude<Value[Key], undefined>>;
  }
>;

/** A key, if it is written as often as that. */
type Written<Value, Key extends keyof Value, When extends 'always' | 'sometimes'> = Key extends symbol
  ? never
  : Value[Key] extends (...args: never) => unknown
    ? never
    : (undefined extends Value[Key] ? 'sometimes' : 'always') extends When
      ? Key
      : never;

type Flat<Value> = { [Key in keyof Value]: Value[Key] };

/**
 * A copy of a value for JSON.stringify. Bigints are hex strings, maps are objects, arrays of any kind are lists; what is undefined is null
 * in a list, and left out elsewhere. What the API returns does this by itself: it is for copies of that, and for bigints alone.
 */
export function toJson<Value>(value: Value): JsonOf<Value> {
  return copyOf(value, 0) as JsonOf<Value>;
}

/** Deeper than anything of ours by far: who contains itself gets there. */
const MOST_DEEP = 1000;

function copyOf(value: unknown, depth: number): Json {
  if (depth > MOST_DEEP) throw new TypeError(`toJson: value is more than ${MOST_DEEP} deep, or contains itself`);
  const copy = (item: unknown) => copyOf(item, depth + 1);
  if (typeof value === 'bigint') return hex(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return Array.from(value, copy);
  if (ArrayBuffer.isView(value)) return itemsOf(value).map(copy);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.filter(isWritten).map(([key, item]) => [String(copy(key)), copy(item)]));
}

const isWritten = ([, item]: readonly [unknown, unknown]): boolean => item !== undefined && typeof item !== 'function';

/**
 * What JSON.stringify asks, in the prototype: nobody sees it in consoles, in keys and in comparisons, and it costs no memory in
 * each object. The constructor is that of plain objects for the same reason.
 */
const prototype: object = Object.create(Object.prototype, {
  constructor: { value: Object },
  toJSON: {
    value(this: object): Json {
      return copyOf(this, 0);
    },
  },
});

/** The object itself, which JSON.stringify can write from now on. For every object that is returned and has bigints in it. */
export function withJson<Value extends object>(object: Value): Value {
  return Object.setPrototypeOf(object, prototype);
}

/** The same for the instances of a class, which look like plain objects. */
export function writesJson(type: { readonly prototype: object }): void {
  Object.setPrototypeOf(type.prototype, prototype);
  Object.defineProperty(type.prototype, 'constructor', { value: Object });
}
