// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../lib/trace/parse.js';
import { TraceSyntaxError } from '../../lib/trace/syntax-error.js';
import { recordings, traceText } from './recordings.js';

/** Parses; answers whether the text was a trace. Errors that are not about the syntax come through. */
function isTrace(text: string): boolean {
  try {
    parseTrace(text);
    return true;
  } catch (error) {
    if (!(error instanceof TraceSyntaxError)) throw error;
    const line = text.split('\n')[error.line - 1] ?? '';
    expect(error.column).toBeGreaterThanOrEqual(1);
    expect(error.column).toBeLessThanOrEqual(line.length + 1);
    return false;
  }
}

const WORDS = [
  'gmap_free(',
  'watch(',
  'gmaps(mm0) = ',
  '  + ',
  '  - ',
  '  ! ',
  'entry g0 seg ',
  'pte 0x1 ',
  ' = ',
  ', ',
  ')',
];
const VALUES = [
  'g0',
  'mm0',
  'n0',
  '0x1',
  '7',
  '-EFAULT',
  'NULL',
  'BUG',
  '[g0',
  ']',
  'host=?',
  'key=',
  ' flags=',
  '# ',
  '\n',
];

describe('any text', () => {
  it('gives a trace or a TraceSyntaxError', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => void isTrace(traceText(text))));
  });

  it('made of the words of the format gives a trace or a TraceSyntaxError', () => {
    const line = fc.array(fc.constantFrom(...WORDS, ...VALUES), { maxLength: 12 }).map((words) => words.join(''));
    fc.assert(
      fc.property(fc.array(line), (lines) => void isTrace(traceText(...lines))),
      { numRuns: 500 },
    );
  });

  it('that is a mutated recording gives a trace or a TraceSyntaxError', () => {
    const texts = recordings.map(({ text }) => text.slice(0, 3000));
    const mutation = fc.record({
      at: fc.nat(2999),
      length: fc.nat(3),
      insert: fc.string({ unit: 'binary', maxLength: 3 }),
    });
    const mutated = fc
      .tuple(fc.constantFrom(...texts), fc.array(mutation, { minLength: 1, maxLength: 3 }))
      .map(([text, mutations]) =>
        mutations.reduce((old, { at, length, insert }) => old.slice(0, at) + insert + old.slice(at + length), text),
      );
    const outcomes = new Set<boolean>();
    fc.assert(
      fc.property(mutated, (text) => void outcomes.add(isTrace(text))),
      { numRuns: 500 },
    );
    expect(outcomes).toEqual(new Set([true, false]));
  });

  it.each([
    ['a name', (n: number) => 'x'.repeat(n)],
    ['digits', (n: number) => `load(mm0, ${'1'.repeat(n)})`],
    ['zeros', (n: number) => `load(mm0, 0x${'0'.repeat(n)}`],
    ['spaces', (n: number) => ' '.repeat(n)],
    ['a list', (n: number) => `gmaps(mm0) = [g0${', g0'.repeat(n)}`],
    ['a header', (n: number) => `# ${'a'.repeat(n)}`],
    ['a machine', (n: number) => `# machine: ${'esop=1 '.repeat(n)}esop=2`],
    ['lines', (n: number) => `${'#\n'.repeat(n)}x`],
  ])('is read in time proportional to its length: %s', (_, make) => {
    // Quadratic reading of a million characters would take many minutes: the test would time out.
    expect(isTrace(traceText(make(1_000_000)))).toBeTypeOf('boolean');
  });
});
