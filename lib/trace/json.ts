// SPDX-License-Identifier: GPL-2.0-only
/** JSON has no 64-bit numbers: they become hex strings, as traces write them. */
import { itemsOf } from '../arguments.js';
import { hex } from './words.js';

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * A copy of a value for JSON.stringify. Bigints are hex strings, maps are objects, arrays of any kind are lists; what is undefined is null
 * in a list, and left out elsewhere. What the API returns does this by itself: it is for copies of that, and for bigints alone.
 */
export function toJson(value: unknown): Json {
  return copyOf(value, 0);
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
  return Object.fromEntries(
    entries.filter(([, item]) => item !== undefined).map(([key, item]) => [String(copy(key)), copy(item)]),
  );
}

/**
 * What JSON.stringify asks, in the prototype: nobody sees it in consoles, in keys and in comparisons, and it costs no memory in
 * each object. The constructor is that of plain objects for the same reason.
 */
const prototype: object = Object.create(Object.prototype, {
  constructor: { value: Object },
  toJSON: {
    value(this: object): Json {
      return toJson(this);
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
