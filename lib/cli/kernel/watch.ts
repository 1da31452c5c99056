// SPDX-License-Identifier: GPL-2.0-only
/** `s390-gmap kernel build … --watch`: builds again what is saved, and tells what is other than before. */
import { explainRule } from '../../fuzz/rules.js';
import type { FindingJson, ReplayedFile } from '../../json/index.js';
import type { Build } from '../../kernel/index.js';
import { TreeError } from '../../own-code/build/diagnose.js';
import { SavedFiles } from '../../own-code/build/saved-files.js';
import type { BuiltCode } from '../../own-code/cache.js';
import { placeOfFile } from '../../own-code/state.js';
import { visible, visibleLines } from '../../visible.js';
import { colours } from '../colours.js';
import { speaksForItself } from '../errors.js';
import { describeResult } from '../trace/replay-report.js';
import { type CheckOptions, type CheckResult, checkSave, recordingsOf } from './save-check.js';

const { red, green, dim } = colours;
const WAITING = 'waiting until a file is saved; Ctrl-C ends';

/** How the code is built, and how people are told what was. */
export interface Builder {
  readonly build: (signal: AbortSignal) => Promise<Build>;
  readonly say: (made: Build) => void;
}

/**
 * Goes on until the signal: then nothing of it is left but the last good code.
 *
 * @throws what the first build throws, unless a change of the tree can mend it.
 */
export async function watch(builder: Builder, options: CheckOptions, signal: AbortSignal): Promise<void> {
  const files = new SavedFiles();
  let before: CheckResult | undefined;
  let failed = false;
  while (!signal.aborted) {
    files.accept();
    const made = await tryToBuild(builder, files, signal);
    if (signal.aborted) return;
    // What was saved may be what was there before.
    if (made && (!made.alreadyThere || !before || failed)) builder.say(made);
    failed = made === undefined;
    const end = new AbortController();
    const onAbort = () => end.abort();
    signal.addEventListener('abort', onAbort);
    try {
      const saved = files.changed(end.signal);
      if (made && !(made.alreadyThere && before)) {
        const check = await untilSaved(saved, (stop) => checkSave(made.code, options, stop), signal);
        if (!check) continue;
        tell(made.code, before, check, options);
        before = check;
      }
      console.log(dim(WAITING));
      await saved;
    } finally {
      signal.removeEventListener('abort', onAbort);
      onAbort();
    }
  }
}

/** What was built; undefined: the tree is not fit for it, people know why, and the files that may mend it are looked at. */
async function tryToBuild({ build }: Builder, files: SavedFiles, signal: AbortSignal): Promise<Build | undefined> {
  try {
    const made = await build(signal);
    files.add(Object.keys(made.code.inputs).map(placeOfFile));
    return made;
  } catch (error) {
    if (signal.aborted) return undefined;
    const isToBeMended = error instanceof TreeError || files.size > 0;
    if (!isToBeMended || !speaksForItself(error)) throw error;
    if (error instanceof TreeError) files.add(error.files);
    console.error(`error: ${visibleLines(error.message)}`);
    return undefined;
  }
}

/** The result of the work; undefined if a file is saved before it is done, or everything is stopped. */
async function untilSaved<Result>(
  saved: Promise<void>,
  work: (stop: AbortSignal) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  const stop = new AbortController();
  const onAbort = () => stop.abort();
  signal.addEventListener('abort', onAbort);
  saved.then(onAbort);
  try {
    const result = await work(stop.signal);
    return stop.signal.aborted ? undefined : result;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function tell(code: BuiltCode, before: CheckResult | undefined, now: CheckResult, options: CheckOptions): void {
  if (before) tellNews(before, now, options);
  else tellFirst(code, now, options);
}

/** The state that later saves are compared with. */
function tellFirst(code: BuiltCode, check: CheckResult, options: CheckOptions): void {
  tellProblems(check);
  const failing = [...check.recordings.values()].filter(({ passed }) => !passed);
  tellResults(failing);
  const folder = recordingsOf(code, options);
  if (folder === undefined) console.log(`there are no recordings of ${code.kernel} here: --recordings DIR names some`);
  else console.log(`${check.recordings.size - failing.length} recordings passed, ${failing.length} failed`);
  for (const found of check.findings.values()) tellFinding(found);
  console.log(`${counted(check.findings.size, 'finding')} in ${campaign(check, options)}`);
}

function tellNews(before: CheckResult, now: CheckResult, options: CheckOptions): void {
  tellProblems(now);
  const others = [...now.recordings.values()].filter((result) => isOther(before.recordings.get(result.file), result));
  tellResults(others);
  if (now.recordings.size > 0) console.log(`${counted(others.length, 'recording')} with another verdict than before`);
  const news = [...now.findings].filter(([what]) => !before.findings.has(what));
  for (const [, found] of news) tellFinding(found);
  const gone = [...before.findings].filter(([what]) => !now.findings.has(what));
  for (const [, { oracle, rule, op }] of gone)
    console.log(`${green('gone')}  ${oracle}: ${explainRule(rule)}, after ${op}`);
  console.log(`${counted(news.length, 'new finding')} in ${campaign(now, options)}`);
}

/** How many are told with what differs. */
const WHOLE = 3;

function tellResults(results: readonly ReplayedFile[]): void {
  for (const [i, result] of results.entries())
    console.log(
      describeResult(result)
        .slice(0, i < WHOLE ? undefined : 1)
        .join('\n'),
    );
}

function isOther(before: ReplayedFile | undefined, now: ReplayedFile): boolean {
  return (
    JSON.stringify([before?.passed, before?.difference, before?.error]) !==
    JSON.stringify([now.passed, now.difference, now.error])
  );
}

function tellProblems({ problems }: CheckResult): void {
  for (const problem of problems) console.error(`error: ${visibleLines(problem)}`);
}

function tellFinding({ oracle, rule, text, op, operation, program }: FindingJson): void {
  console.log(`${red('FOUND')} ${oracle}: ${explainRule(rule)}, after ${op} (call ${operation + 1})`);
  console.log(`      ${visible(text)}`);
  for (const line of program.filter((one) => !/^(?:#|\s|$)/.test(one))) console.log(`    > ${visible(line)}`);
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function campaign({ runs }: CheckResult, { seed }: CheckOptions): string {
  return `${runs} runs with seed ${seed}`;
}
