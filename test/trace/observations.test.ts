// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operations, wireFact, wireRefusal, wireStatus } from '../../lib/generated/abi.js';
import { decodeObservations } from '../../lib/trace/observations.js';
import { ObservationError } from '../../lib/trace/word-reader.js';
import { observation } from './arbitrary.js';
import { bytesOf, encodeObservation } from './wire.js';

const GMAP_FREE = BigInt(operations.findIndex(({ name }) => name === 'gmap_free'));
const GMAPS = BigInt(operations.findIndex(({ name }) => name === 'gmaps'));
const GMAP_ALLOC = BigInt(operations.findIndex(({ name }) => name === 'gmap_alloc'));
const fact = (kind: number, ...words: readonly bigint[]) => [
  GMAP_FREE,
  1n << 32n,
  0n,
  (BigInt(kind) << 56n) | 1n,
  ...words,
];

function problemOf(words: readonly bigint[]): string {
  try {
    decodeObservations(bytesOf(words));
  } catch (error) {
    if (error instanceof ObservationError) return error.message;
    throw error;
  }
  throw new Error('was decoded');
}

describe('decodeObservations', () => {
  it('reads back whatever was observed', () => {
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 5 }), (observations) => {
        const bytes = bytesOf(observations.flatMap(encodeObservation));
        expect(decodeObservations(bytes)).toEqual(observations);
      }),
    );
  });

  it('reads a part of a larger buffer', () => {
    const bytes = bytesOf([7n, GMAP_FREE, 0n, 0n, 7n]).subarray(8, 32);
    expect(decodeObservations(bytes)).toEqual([{ name: 'gmap_free', result: undefined, events: [], changes: [] }]);
  });

  it.each(Object.entries(wireRefusal))('says why a call was refused: %s, reason %i', (code, number) => {
    const [refused] = decodeObservations(bytesOf([GMAP_FREE | (BigInt(wireStatus.REFUSED) << 8n), 0n, BigInt(number)]));
    expect(refused?.result).toEqual({ kind: 'refused', code, reason: expect.stringMatching(/^[a-z].* /) });
  });

  it('says that a kernel does not have a function', () => {
    const [answer] = decodeObservations(bytesOf([GMAP_FREE | (BigInt(wireStatus.UNSUPPORTED) << 8n), 0n, 0n]));
    expect(answer?.result).toEqual({
      kind: 'refused',
      code: 'UNSUPPORTED',
      reason: 'this kernel does not have the function, or does not export it',
    });
  });

  it.each<[string, bigint[]]>([
    ['byte 8: cut off: 1 more words needed, 0 left', [GMAP_FREE]],
    ['byte 24: cut off: 4294967295 more words needed, 0 left', [GMAPS | (0xffffffffn << 32n), 0n, 0n]],
    ['byte 24: cut off: 12884901885 more words needed, 0 left', [GMAP_FREE, 0xffffffffn, 0n]],
    ['byte 24: cut off: 25769803770 more words needed, 1 left', [GMAP_FREE, 0xffffffffn << 32n, 0n, 0n]],
    ['byte 16: no operation 255', [255n, 0n, 0n]],
    ['byte 24: no status 9', [GMAP_FREE | (9n << 8n), 0n, 0n]],
    ['byte 24: no bug place 0', [GMAP_FREE | (1n << 8n), 0n, 0n]],
    ['byte 24: no bug place 18446744073709551615', [GMAP_FREE | (1n << 8n), 0n, 2n ** 64n - 1n]],
    ['byte 24: no refusal 99', [GMAP_FREE | (2n << 8n), 0n, 99n]],
    ['byte 24: no handle 4294967296', [GMAP_ALLOC, 0n, 1n << 32n]],
    ['byte 32: no handle 4294967295', [GMAPS | (1n << 32n), 0n, 1n, 0xffffffffn]],
    ['byte 48: no event 7', [GMAP_FREE, 1n, 0n, 7n, 0n, 0n]],
    ['byte 72: no fact 9', fact(9, 0n, 0n, 0n, 0n, 0n)],
    [
      'byte 72: no level 5',
      [GMAP_FREE, 1n << 32n, 0n, (BigInt(wireFact.ENTRY) << 56n) | (5n << 16n), 0n, 0n, 0n, 0n, 0n],
    ],
    ['byte 72: no lowcore state 3', fact(wireFact.LOWCORE, 0n, 3n, 0n, 0n, 0n)],
    ['byte 72: no kind of page 6', fact(wireFact.PTE, 0n, 6n, 0n, 0n, 0n)],
  ])('%s', (problem, words) => {
    expect(problemOf(words)).toBe(`observations, ${problem}`);
  });

  it('of any bytes gives observations or an ObservationError', () => {
    const nearlyRight = fc
      .array(observation, { minLength: 1, maxLength: 3 })
      .map((all) => bytesOf(all.flatMap(encodeObservation)));
    const spoiled = fc
      .tuple(nearlyRight, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.nat())
      .map(([bytes, at, value, end]) => {
        bytes[at % bytes.length] = value;
        return bytes.subarray(0, bytes.length - (end % 20));
      });
    fc.assert(
      fc.property(fc.oneof(spoiled, fc.uint8Array({ maxLength: 200 })), (bytes) => {
        try {
          decodeObservations(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ObservationError);
        }
      }),
      { numRuns: 500 },
    );
  });
});
