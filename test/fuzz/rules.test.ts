// SPDX-License-Identifier: GPL-2.0-only
// A rule that goes by a number says what it is where people read it, and keeps its name where programs do.
import { describe, expect, it } from 'vitest';
import { findingOf } from '../../lib/fuzz/fuzz.js';
import { headOf } from '../../lib/fuzz/reproducer/finding.js';
import { explainRule, sentenceOf } from '../../lib/fuzz/rules.js';
import { printTrace } from '../../lib/trace/print.js';

const SENTENCE = 'for each link that a call drops it flushes that gmap before it returns';

const finding = (rule: string) =>
  findingOf(
    {
      oracle: 'rules',
      op: 'gmap_unmap_segment',
      operation: 4,
      rule,
      text: 'g0: why',
      run: 3,
      failed: undefined,
      input: new Uint8Array(8),
    },
    1n,
  );

describe('a rule', () => {
  it('with a number has a sentence', () => {
    expect(sentenceOf('I18')).toBe(SENTENCE);
    expect(explainRule('I18')).toBe(`I18 (${SENTENCE})`);
  });

  it.each(['I100', 'I1x', 'leak', 'result of gmap_fault', ''])('without one stays: %j', (rule) => {
    expect(sentenceOf(rule)).toBeUndefined();
    expect(explainRule(rule)).toBe(rule);
  });

  it('is explained in the trace of a finding, which is named as before', () => {
    const text = printTrace(finding('I18').trace);
    expect(text).toMatch(/^# finding: rules: I18, after gmap_unmap_segment \(call 5\)$/m);
    expect(text).toContain(`\n# rule: ${SENTENCE}\n`);
    expect(printTrace(finding('leak').trace)).not.toContain('# rule:');
  });

  it('is explained at the head of printed tests', () => {
    expect(headOf(finding('I18'))).toEqual(['Found by the fuzzer, seed 1: I18 (rules)', `I18: ${SENTENCE}`, 'g0: why']);
    expect(headOf(finding('leak'))).toEqual(['Found by the fuzzer, seed 1: leak (rules)', 'g0: why']);
  });
});
