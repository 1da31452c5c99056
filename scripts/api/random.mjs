// SPDX-License-Identifier: GPL-2.0-only
// Random numbers that are the same for the same seed: mulberry32.
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to, but not, 1. */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(end) {
    return Math.floor(this.next() * end);
  }

  oneIn(n) {
    return this.below(n) === 0;
  }

  pick(items) {
    return items[this.below(items.length)];
  }
}
