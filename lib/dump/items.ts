// SPDX-License-Identifier: GPL-2.0-only
/** What a radix tree has: a million items take 16 MB. */
import { writesJson } from '../trace/json.js';

/** Items by their keys, ascending. */
export class Items {
  static {
    writesJson(Items);
  }

  readonly keys: BigUint64Array;
  /** One for each key. */
  readonly values: BigUint64Array;

  /** @internal */
  constructor(keys: BigUint64Array, values: BigUint64Array) {
    this.keys = keys;
    this.values = values;
  }

  get size(): number {
    return this.keys.length;
  }

  get(key: bigint): bigint | undefined {
    let [low, high] = [0, this.size];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.keys[middle] as bigint) < key) low = middle + 1;
      else high = middle;
    }
    return low < this.size && this.keys[low] === key ? this.values[low] : undefined;
  }

  *[Symbol.iterator](): Generator<readonly [key: bigint, value: bigint]> {
    for (let i = 0; i < this.size; i++) yield [this.keys[i] as bigint, this.values[i] as bigint];
  }
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
