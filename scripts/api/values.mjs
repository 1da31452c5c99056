// SPDX-License-Identifier: GPL-2.0-only
// Every kind of value that somebody could give to a function.
import { createContext, runInContext } from 'node:vm';

/** What callers' objects throw: it comes through. */
export const mine = new Error("the caller's own");
const throwing = () => {
  throw mine;
};

const everyTrap = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((name) => [name, throwing]));

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function detached() {
  const bytes = new Uint8Array(16);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

class Bytes extends Uint8Array {
  slice() {
    return this;
  }
  get length() {
    return 2 ** 40;
  }
  static get [Symbol.species]() {
    return ArrayBuffer;
  }
}

class Machine {
  close() {}
}

const realm = createContext();
const elsewhere = (code) => runInContext(code, realm);

/** Made once: they are large. What is larger still is shown as fast: test/arguments/show.test.ts. */
const HUGE = 1n << (1n << 16n);
const MINUS_HUGE = -HUGE;
const LONG = 'x'.repeat(100_000);
const SURROGATES = '\ud800'.repeat(100_000);
const LARGE = new Array(2 ** 32 - 1);

/** Makers of values by their names: each call makes a new one, where that makes a difference. */
export const kinds = {
  undefined: () => undefined,
  null: () => null,
  true: () => true,
  false: () => false,
  0: () => 0,
  '-0': () => -0,
  1: () => 1,
  '-1': () => -1,
  1.5: () => 1.5,
  NaN: () => Number.NaN,
  Infinity: () => Number.POSITIVE_INFINITY,
  '2 ** 31': () => 2 ** 31,
  '2 ** 53 - 1': () => Number.MAX_SAFE_INTEGER,
  '2 ** 53': () => 2 ** 53,
  '0n': () => 0n,
  '1n': () => 1n,
  '-1n': () => -1n,
  '2n ** 63n': () => 2n ** 63n,
  '2n ** 64n - 1n': () => 2n ** 64n - 1n,
  '2n ** 64n': () => 2n ** 64n,
  'a bigint of 2^16 bits': () => HUGE,
  'minus that': () => MINUS_HUGE,
  'no text': () => '',
  'a text': () => 'x',
  __proto__: () => '__proto__',
  'escape codes': () => '\u202e\x1b[31m\x9b\n\0',
  'a long text': () => LONG,
  'lone surrogates': () => SURROGATES,
  'a symbol': () => Symbol('x'),
  'a well-known symbol': () => Symbol.iterator,
  'a function': () => () => {},
  'a function that throws': () => throwing,
  'a class': () => Machine,
  'no items': () => [],
  'an item': () => [undefined],
  numbers: () => [1, 2n, 'x'],
  'four billion items': () => LARGE,
  'an object': () => ({}),
  'an object of nothing': () => Object.create(null),
  'an object that contains itself': () => {
    const object = {};
    object.self = object;
    return object;
  },
  'an object that cannot be a text': () => ({ toString: throwing, valueOf: throwing, [Symbol.toPrimitive]: throwing }),
  'getters that throw': () => {
    const names = [
      'kernel',
      'write',
      'source',
      'items',
      'from',
      'runs',
      'seed',
      'ok',
      'kind',
      'name',
      'fault',
      'strict',
    ];
    return Object.defineProperties(
      {},
      Object.fromEntries(names.map((name) => [name, { get: throwing, enumerable: true }])),
    );
  },
  'a proxy that throws': () => new Proxy({}, everyTrap),
  'a proxy of a function that throws': () => new Proxy(() => {}, everyTrap),
  'a proxy that has everything': () => new Proxy({}, { get: () => 1, has: () => true }),
  'a revoked proxy': () => revoked({}),
  'a revoked proxy of a function': () => revoked(() => {}),
  'a frozen object': () => Object.freeze({}),
  'a date': () => new Date(0),
  'a map': () => new Map([['a', 1]]),
  'a set': () => new Set(['x']),
  'a regular expression': () => /x/g,
  'an error': () => new Error('x'),
  'a promise': () => Promise.resolve(1),
  'an iterator that throws': () => ({ [Symbol.iterator]: throwing }),
  bytes: () => new Uint8Array(16),
  'a Buffer': () => Buffer.alloc(16),
  'detached bytes': detached,
  'shared bytes': () => new Uint8Array(new SharedArrayBuffer(16)),
  'bytes of a class of its own': () => new Bytes(16),
  'a proxy of bytes': () => new Proxy(new Uint8Array(16), {}),
  'a buffer': () => new ArrayBuffer(16),
  'a view': () => new DataView(new ArrayBuffer(16)),
  words: () => new BigUint64Array(4),
  floats: () => new Float64Array(4),
  'an object of another realm': () => elsewhere('({})'),
  'an array of another realm': () => elsewhere('[1]'),
  'a function of another realm': () => elsewhere('() => {}'),
  'a map of another realm': () => elsewhere('new Map()'),
  'bytes of another realm': () => elsewhere('new Uint8Array(16)'),
  'an error of another realm': () => elsewhere('new Error("x")'),
};
