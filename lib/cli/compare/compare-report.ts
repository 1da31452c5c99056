// SPDX-License-Identifier: GPL-2.0-only
/** What `compare` tells people. */
import type { ComparedFile, CompareJson } from '../../json/index.js';
import type { Comparison, SkippedCalls } from '../../kernel/index.js';
import type { Trace } from '../../trace/index.js';
import { visible } from '../../visible.js';
import { printJson } from '../json.js';
import { describeResult } from '../trace/replay-report.js';

export function compared(program: Trace, comparison: Comparison, page: string | null): ComparedFile {
  const { passed, calls, difference, died, skipped } = comparison;
  return { file: program.source, passed, calls, difference: difference ?? null, error: null, died, skipped, page };
}

/** A program that could not be compared at all. */
export function failure(file: string, error: string): ComparedFile {
  return { file, passed: false, calls: 0, difference: null, error, died: false, skipped: [], page: null };
}

/** Prints all results and their summary. Answers whether all passed. */
export function printComparisons(results: readonly ComparedFile[], { json }: { json: boolean }): boolean {
  const failed = results.filter((result) => !result.passed).length;
  const passed = results.length - failed;
  const skipped = totals(results);
  if (json) {
    printJson<CompareJson>({ passed, failed, skipped, files: results });
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

function notes({ died, skipped }: ComparedFile): string[] {
  const count = skipped.reduce((sum, calls) => sum + calls.count, 0);
  return [...(count > 0 ? [`${count} not compared`] : []), ...(died ? ['the kernel dies of the last'] : [])];
}

function totals(results: readonly ComparedFile[]): SkippedCalls[] {
  const sums = new Map<string, SkippedCalls>();
  for (const calls of results.flatMap((result) => result.skipped)) {
    const key = `${calls.name} ${calls.reason}`;
    sums.set(key, { ...calls, count: calls.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()].sort((a, b) => b.count - a.count);
}
