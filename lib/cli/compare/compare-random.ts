// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap compare --random N`: random programs on a real kernel and on the model. */
import { join } from 'node:path';
import type { CompareRandomJson, RandomFindingJson } from '../../json/index.js';
import type { Comparison, RandomComparison, RandomComparisonOptions, RandomProgress } from '../../kernel/index.js';
import { printItem } from '../../trace/print.js';
import { visible } from '../../visible.js';
import { ExitStatus, fileProblem } from '../errors.js';
import { writePageInFolder } from '../inspect/view.js';
import { printJson } from '../json.js';
import { writeRecording } from '../kernel/output.js';
import { withSteps } from '../kernel/progress.js';
import { describeResult } from '../trace/replay-report.js';
import { printSkipped } from './compare-report.js';
import type { RandomProgramOptions } from './random-options.js';

export interface RandomOptions extends Required<RandomProgramOptions> {
  readonly strict?: boolean;
  readonly json?: boolean;
  /** A folder for the recordings of the smallest programs that show a difference. */
  readonly output?: string;
  /** A folder for pages that explore them. */
  readonly view?: string;
}

/** What does not depend on who compares. */
export type RandomWork = Pick<RandomComparisonOptions, 'programs' | 'seed' | 'length' | 'signal' | 'onProgress'>;

/** Who compares. */
export interface RandomComparer {
  readonly compare: (work: RandomWork) => Promise<RandomComparison>;
  /** The kernel whose recordings are kept. */
  readonly kernel: string;
  /** What is compared with it; undefined where that is a dump, of which there is nothing to explore. */
  readonly subject: Subject | undefined;
}

/** As runTrace has it. */
export interface Subject {
  readonly kernel: string;
  readonly code?: string;
}

/** Answers the exit status. `stop` ends it with what was found until then. */
export async function compareRandomPrograms(
  comparer: RandomComparer,
  options: RandomOptions,
  stop: AbortSignal,
): Promise<number> {
  const result = await withSteps((onProgress) =>
    comparer.compare({
      programs: options.random,
      seed: options.seed,
      length: options.length,
      signal: stop,
      onProgress: (progress) => onProgress(stepOf(progress, options)),
    }),
  );
  await saveAndPrint(comparer, result, options);
  if (stop.aborted) return ExitStatus.INTERRUPTED;
  return result.failed === 0 ? ExitStatus.OK : ExitStatus.FAILED;
}

function stepOf({ programs, calls, failed, shrinking }: RandomProgress, { random }: RandomOptions) {
  const done = `compare: ${programs} of ${random} programs, ${calls} calls, ${failed} with a difference`;
  const step = shrinking ? `${done}; seed ${shrinking.seed} made smaller: ${shrinking.calls} calls` : done;
  return { step, fraction: programs / random };
}

async function saveAndPrint(comparer: RandomComparer, result: RandomComparison, options: RandomOptions): Promise<void> {
  const findings = result.findings.map(({ seed, comparison }) => ({ file: `seed ${seed}`, seed, ...comparison }));
  const pages = new Map<number, string>();
  const problem = await fileProblem(() => save(comparer, findings, options, pages));
  print(result, findings, pages, options);
  // Told after what was found.
  if (problem) throw problem;
}

type Found = Comparison & { readonly file: string; readonly seed: number };

function print(
  { passed, failed, calls, seconds, skipped }: RandomComparison,
  findings: readonly Found[],
  pages: ReadonlyMap<number, string>,
  options: RandomOptions,
): void {
  if (options.json) {
    const all = { passed, failed, calls, seconds, skipped };
    printJson<CompareRandomJson>({ ...all, findings: findings.map(findingJson) });
    return;
  }
  for (const { difference = null, recording, ...finding } of findings) {
    console.log(describeResult({ ...finding, difference, error: null }).join('\n'));
    const page = pages.get(finding.seed);
    if (page !== undefined) console.log(`  see ${visible(page)}`);
    console.log('  the smallest program that shows it:');
    for (const line of recording.items.flatMap(printItem)) console.log(`    ${line}`);
  }
  const rest = failed - findings.length;
  if (rest > 0) console.log(`${rest} more programs with a difference were not made smaller`);
  printSkipped(skipped);
  const rate = seconds > 0 ? Math.round(calls / seconds) : calls;
  console.log(`${calls} calls of ${passed + failed} programs compared, ${rate} calls/s, from seed ${options.seed} on`);
  console.log(`${passed} passed, ${failed} failed`);
}

function findingJson({ recording, difference, ...rest }: Found): RandomFindingJson {
  return { ...rest, difference: difference ?? null, program: recording.items.flatMap(printItem) };
}

/** Writes the recordings of the findings, and their pages, by seed, as far as they were asked for. @throws {FileError} */
async function save(
  { kernel, subject }: RandomComparer,
  findings: readonly Found[],
  { output, view, strict = false }: RandomOptions,
  pages: Map<number, string>,
): Promise<void> {
  for (const { seed, recording } of findings) {
    const name = `${kernel}-seed-${seed}`;
    if (output !== undefined) writeRecording(join(output, `${name}.trace`), recording);
    if (view === undefined || !subject) continue;
    const page = join(view, `${name}.html`);
    await writePageInFolder(page, recording, { ...subject, strict });
    pages.set(seed, page);
  }
}
