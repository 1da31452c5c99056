// SPDX-License-Identifier: GPL-2.0-only
/** What a radix tree has: a million items take 16 MB. */
import { writesJson } from '../trace/json.js';

/** Items by their keys, ascending. */
export class Items {
  static {
    writesJson(Items);
  }

  /** Ascending. */
  readonly keys: BigUint64Array;
  /** One for each key. */
  readonly values: BigUint64Array;

  /** @internal */
  constructor(keys: BigUint64Array, values: BigUint64Array) {
    this.keys = keys;
    this.values = values;
  }

  /** How many items there are. */
  get size(): number {
    return this.keys.length;
  }

  /** The value of the item with that key; undefined if there is none. */
  get(key: bigint): bigint | undefined {
    const place = placeIn(this.keys, key);
    return place === undefined ? undefined : this.values[place];
  }

  /** All items, by their keys. */
  *[Symbol.iterator](): Generator<readonly [key: bigint, value: bigint]> {
    for (let i = 0; i < this.size; i++) yield [this.keys[i] as bigint, this.values[i] as bigint];
  }
}

/** Many words, of which one may be: eight bytes for each. */
export class WordSet {
  readonly #words: BigUint64Array;

  constructor(lists: readonly BigUint64Array[]) {
    this.#words = new BigUint64Array(lists.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const list of lists) {
      this.#words.set(list, at);
      at += list.length;
    }
    this.#words.sort();
  }

  has(word: bigint): boolean {
    return placeIn(this.#words, word) !== undefined;
  }
}

/** Where a word is among ascending ones. */
function placeIn(words: BigUint64Array, word: bigint): number | undefined {
  let [low, high] = [0, words.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((words[middle] as bigint) < word) low = middle + 1;
    else high = middle;
  }
  return low < words.length && words[low] === word ? low : undefined;
}

/** Items that are still being found, in the order of their keys. */
export class GrowingItems {
  #keys = new BigUint64Array(16);
  #values = new BigUint64Array(16);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(key: bigint, value: bigint): void {
    if (this.#size === this.#keys.length) {
      this.#keys = grown(this.#keys);
      this.#values = grown(this.#values);
    }
    this.#keys[this.#size] = key;
    this.#values[this.#size++] = value;
  }

  done(): Items {
    return new Items(this.#keys.slice(0, this.#size), this.#values.slice(0, this.#size));
  }
}

function grown(array: BigUint64Array<ArrayBuffer>): BigUint64Array<ArrayBuffer> {
  const twice = new BigUint64Array(2 * array.length);
  twice.set(array);
  return twice;
}
