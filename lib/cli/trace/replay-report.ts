// SPDX-License-Identifier: GPL-2.0-only
/** What `replay` tells people. */
import type { FileOutcome, ReplayedFile } from '../../json/index.js';
import { visible, visibleLines } from '../../visible.js';
import { colours } from '../colours.js';

const WHAT_DIFFERS = {
  call: 'another call',
  result: 'another result',
  event: 'another event',
  fact: 'another state',
  problem: 'a problem',
} as const;

const { green, red, dim, bold } = colours;

/** Prints a line for each file, more for those that failed, and the summary. */
export function printResults(results: readonly ReplayedFile[], passed: number, failed: number): void {
  for (const result of results) console.log(describeResult(result).join('\n'));
  const { length: left } = results.filter(({ needsCode }) => needsCode !== undefined);
  if (left > 0)
    console.log(
      `not replayed to the end: ${left} ${left === 1 ? 'recording' : 'recordings'}, for want of a built code (--code)`,
    );
  console.log(`${passed} passed, ${failed} failed`);
}

/** The lines of one result; notes stand beside the number of calls. */
export function describeResult(
  { file, passed, calls, difference, error, needsCode }: FileOutcome & Pick<ReplayedFile, 'needsCode'>,
  notes: readonly string[] = [],
): string[] {
  if (passed) {
    const count = `${calls} ${calls === 1 ? 'call' : 'calls'}`;
    return [`${green('pass')}  ${visible(file)} ${dim(`(${[count, ...notes].join(', ')})`)}`];
  }
  if (needsCode !== undefined) return [`skip  ${visible(file)} ${dim(`(${needsCode} needs a built code)`)}`];
  if (!difference) return [`${bold(red('FAIL'))}  ${visibleLines(error ?? '')}`];
  return [
    `${bold(red('FAIL'))}  ${visible(file)}:${difference.line}: ${WHAT_DIFFERS[difference.what]}`,
    // Comments may have anything in them.
    ...difference.context.map((line) => dim(`      ${visibleLines(line)}`)),
    `    > ${difference.call}`,
    `      expected  ${green(orNothing(difference.expected))}`,
    `      got       ${red(orNothing(difference.got))}`,
  ];
}

function orNothing(text: string | null): string {
  return text ?? 'nothing';
}
