// SPDX-License-Identifier: GPL-2.0-only
/** Random numbers that are the same everywhere for the same seed: xoshiro128**, its state filled by splitmix32. */
export class RandomNumbers {
  readonly #state: Uint32Array;

  /** `seed` is a whole number from 0 to 2^32 - 1. */
  constructor(seed: number) {
    let x = seed >>> 0;
    this.#state = Uint32Array.from({ length: 4 }, () => {
      x = (x + 0x9e3779b9) >>> 0;
      let z = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      return z ^ (z >>> 16);
    });
  }

  /** A whole number from 0 to `end` - 1; `end` is at most 2^32. */
  below(end: number): number {
    return Math.floor((this.#next() / 2 ** 32) * end);
  }

  /** True once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.below(items.length)] ?? items[0];
  }

  /** One of the keys, as often as its weight says. */
  weighted<Key extends string>(weights: ReadonlyMap<Key, number>): Key | undefined {
    let sum = 0;
    for (const weight of weights.values()) sum += weight;
    let left = this.below(sum);
    for (const [key, weight] of weights) {
      left -= weight;
      if (left < 0) return key;
    }
    return undefined;
  }

  #next(): number {
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = this.#state;
    const t2 = s2 ^ s0;
    const t3 = s3 ^ s1;
    this.#state.set([s0 ^ t3, s1 ^ t2, t2 ^ (s1 << 9), rotate(t3, 11)]);
    return Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
  }
}

function rotate(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
