// SPDX-License-Identifier: GPL-2.0-only
/**
 * What data of callers must look like: traces, ranges, graphs, findings. Looking costs little, and a message says which part is
 * wrong: `printTrace: trace.items[3].args[0] must be a bigint, not the number 1`. Other properties may be there as well.
 */
import { wrongType } from './arguments.js';
import { show } from './show.js';

export interface Shape {
  readonly fits: (value: unknown) => boolean;
  /** What is wrong with a value that does not fit. */
  readonly problem: (name: string, value: unknown) => Error;
}

/** Throws if the value does not fit. */
export function checkShape(name: string, value: unknown, shape: Shape): void {
  if (!shape.fits(value)) throw shape.problem(name, value);
}

/** What `fits` says, described as `expected`. */
export function leaf(expected: string, fits: (value: unknown) => boolean): Shape {
  return { fits, problem: (name, value) => wrongType(name, expected, value) };
}

export const text: Shape = leaf('a string', (value) => typeof value === 'string');
const isWord = (value: unknown) => typeof value === 'bigint' && BigInt.asUintN(64, value) === value;
/** An address, or another value of 64 bits. */
export const word: Shape = {
  fits: isWord,
  problem: (name, value) =>
    typeof value === 'bigint'
      ? new RangeError(`${name} must be from 0n to 2n ** 64n - 1n, not ${show(value)}`)
      : wrongType(name, 'a bigint', value),
};
export const boolean: Shape = leaf('a boolean', (value) => typeof value === 'boolean');
export const number: Shape = leaf('a number', (value) => typeof value === 'number' && !Number.isNaN(value));
/** A whole number that is not negative. */
export const count: Shape = leaf('a whole number', (value) => Number.isSafeInteger(value) && (value as number) >= 0);

export function oneOf(words: readonly unknown[]): Shape {
  return {
    fits: (value) => words.includes(value),
    problem: (name, value) => new TypeError(`${name} must be one of ${words.join(', ')}, not ${show(value)}`),
  };
}

/** A thing of one of these shapes; `expected` says it in a word. */
export function either(expected: string, ...shapes: readonly Shape[]): Shape {
  return leaf(expected, (value) => shapes.some(({ fits }) => fits(value)));
}

export function optional(shape: Shape): Shape {
  return { fits: (value) => value === undefined || shape.fits(value), problem: shape.problem };
}

export function listOf(shape: Shape): Shape {
  // by places: methods can be the caller's, and skip what is missing
  const wrongPlace = (list: readonly unknown[]) => {
    for (let i = 0; i < list.length; i++) if (!shape.fits(list[i])) return i;
    return undefined;
  };
  return {
    fits: (value) => Array.isArray(value) && wrongPlace(value) === undefined,
    problem: (name, value) => {
      if (!Array.isArray(value)) return wrongType(name, 'an array', value);
      const place = wrongPlace(value) ?? 0;
      return shape.problem(`${name}[${place}]`, value[place]);
    },
  };
}

export function mapOf(keys: Shape, values: Shape): Shape {
  return leaf('a Map of strings', (value) => {
    let fits = true;
    try {
      // throws for what is no map, of whatever realm
      Map.prototype.forEach.call(value, (item, key) => {
        fits &&= keys.fits(key) && values.fits(item);
      });
    } catch {
      return false;
    }
    return fits;
  });
}

export function object(fields: Readonly<Record<string, Shape>>): Shape {
  const entries = Object.entries(fields);
  const has = (value: Readonly<Record<string, unknown>>) => entries.every(([key, shape]) => shape.fits(value[key]));
  return {
    fits: (value) => isObject(value) && has(value),
    problem: (name, value) => {
      if (!isObject(value)) return wrongType(name, 'an object', value);
      const [key, shape] = entries.find(([key, shape]) => !shape.fits(value[key])) ?? ['', text];
      return shape.problem(`${name}.${key}`, value[key]);
    },
  };
}

/** An object whose `key` says which of these shapes it has. */
export function variants(key: string, shapes: Readonly<Record<string, Shape>>): Shape {
  const byWord = new Map(Object.entries(shapes));
  const words = oneOf([...byWord.keys()]);
  const shapeOf = (value: Readonly<Record<string, unknown>>) => byWord.get(value[key] as string);
  return {
    fits: (value) => isObject(value) && (shapeOf(value)?.fits(value) ?? false),
    problem: (name, value) => {
      if (!isObject(value)) return wrongType(name, 'an object', value);
      return shapeOf(value)?.problem(name, value) ?? words.problem(`${name}.${key}`, value[key]);
    },
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
