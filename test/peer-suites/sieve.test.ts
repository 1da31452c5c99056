// SPDX-License-Identifier: GPL-2.0-only
/** kvm-unit-tests, sieve: primes, a byte for each number, in the memory of a guest that has touched none of it. The suite has ten times as many. */
import { expect } from 'vitest';
import { SEGMENT } from '../machine/fixture.js';
import { allKernels, type Guest, guestOn, peerTest, wordsOf } from './guest.js';

const NUMBERS = 100_000;
const START = 0x4000_0000n;

peerTest('kvm-unit-tests, sieve', ['static'], allKernels, (kernel) => {
  const guest = guestOn(kernel, { length: SEGMENT, at: START });
  expect(sieve(guest)).toBe(primesByDivision());
});

function sieve({ load, store }: Guest): number {
  const wordOf = (n: number) => START + BigInt(n - (n % 8));
  // The first byte of a word is its highest.
  const shiftOf = (n: number) => BigInt(56 - 8 * (n % 8));
  const isSet = (n: number) => ((load(wordOf(n)) >> shiftOf(n)) & 0xffn) === 1n;
  const clear = (n: number) => store(wordOf(n), load(wordOf(n)) & ~(0xffn << shiftOf(n)));
  for (const word of wordsOf(START, BigInt(NUMBERS))) store(word, 0x0101_0101_0101_0101n);
  let primes = 0;
  for (let n = 2; n < NUMBERS; n++) {
    if (!isSet(n)) continue;
    primes++;
    for (let multiple = 2 * n; multiple < NUMBERS; multiple += n) clear(multiple);
  }
  return primes;
}

/** The same number by another way, and without a guest. */
function primesByDivision(): number {
  const primes: number[] = [];
  for (let n = 2; n < NUMBERS; n++) {
    const root = Math.sqrt(n);
    const divisor = primes.find((prime) => prime > root || n % prime === 0);
    if (divisor === undefined || divisor > root) primes.push(n);
  }
  return primes.length;
}
