// SPDX-License-Identifier: GPL-2.0-only
/** What `compare` tells people. */
import type { Comparison, SkippedCalls } from '../../kernel/index.js';
import type { Trace } from '../../trace/index.js';
import { visible } from '../../visible.js';
import { describeResult, type FileResult } from '../trace/replay-report.js';

/** How one program did; what --json prints of it. */
export interface ComparisonResult extends FileResult {
  /** Whether the kernel died of the last call that was compared. */
  readonly died: boolean;
  /** Calls that could not be made on the kernel. */
  readonly skipped: readonly SkippedCalls[];
  /** The page that explores the difference, if one was asked for. */
  readonly page: string | null;
}

export function compared(program: Trace, comparison: Comparison, page: string | null): ComparisonResult {
  const { passed, calls, difference, died, skipped } = comparison;
  return { file: program.source, passed, calls, difference: difference ?? null, error: null, died, skipped, page };
}

/** A program that could not be compared at all. */
export function failure(file: string, error: string): ComparisonResult {
  return { file, passed: false, calls: 0, difference: null, error, died: false, skipped: [], page: null };
}

/** Prints all results and their summary. Answers whether all passed. */
export function printComparisons(results: readonly ComparisonResult[], { json }: { json: boolean }): boolean {
  const failed = results.filter((result) => !result.passed).length;
  const passed = results.length - failed;
  const skipped = totals(results);
  if (json) {
    console.log(JSON.stringify({ passed, failed, skipped, files: results }, null, 2));
    return failed === 0;
  }
  for (const result of results) {
    console.log(describeResult(result, notes(result)).join('\n'));
    if (result.page !== null) console.log(`      see ${visible(result.page)}`);
  }
  printSkipped(skipped);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

export function printSkipped(skipped: readonly SkippedCalls[]): void {
  for (const { name, reason, count } of skipped) console.log(`not compared: ${count} × ${name}: ${reason}`);
}

function notes({ died, skipped }: ComparisonResult): string[] {
  const count = skipped.reduce((sum, calls) => sum + calls.count, 0);
  return [...(count > 0 ? [`${count} not compared`] : []), ...(died ? ['the kernel dies of the last'] : [])];
}

function totals(results: readonly ComparisonResult[]): SkippedCalls[] {
  const sums = new Map<string, SkippedCalls>();
  for (const calls of results.flatMap((result) => result.skipped)) {
    const key = `${calls.name} ${calls.reason}`;
    sums.set(key, { ...calls, count: calls.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}
