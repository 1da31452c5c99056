// SPDX-License-Identifier: GPL-2.0-only
/** What was found: on the screen, and in files that repeat it. */
import { join } from 'node:path';
import { makeFolder } from '../../files/folders.js';
import { writeFile } from '../../files/write.js';
import { nameOfInput } from '../../fuzz/corpus.js';
import { errorText } from '../../fuzz/error-text.js';
import type { FuzzFinding } from '../../fuzz/fuzz.js';
import { printCTest, printTypeScriptTest, printUcontrol } from '../../fuzz/reproducer/index.js';
import { explainRule } from '../../fuzz/rules.js';
import type { FindingFiles, FindingJson } from '../../json/index.js';
import { printItem, printTrace } from '../../trace/print.js';
import { runTrace } from '../../trace/replay.js';
import type { CallResult, Trace } from '../../trace/types.js';
import { hex } from '../../trace/words.js';
import { visible } from '../../visible.js';
import { colours } from '../colours.js';

/** Saves it where there is a program to save. Answers the files that could be written, and what went wrong. */
export function trySaveFinding(folder: string, finding: FuzzFinding): { files: FindingFiles; problem?: string } {
  const files: Record<string, string> = {};
  try {
    if (finding.input.length > 0 || finding.oracle === 'kernel') saveFinding(folder, finding, files);
    return { files };
  } catch (error) {
    return { files, problem: errorText(error) };
  }
}

/** Writes the program as a trace, and as what a test of it looks like. @throws {FileError} */
function saveFinding(folder: string, finding: FuzzFinding, files: Record<string, string>): void {
  const name = `${finding.oracle}-${slug(finding.rule)}-${nameOfInput(finding.input).slice(0, 8)}`;
  makeFolder(folder);
  for (const [kind, text] of Object.entries(reproducers(finding))) {
    const path = join(folder, `${name}.${kind}`);
    writeFile(path, text);
    files[kind] = path;
  }
}

function reproducers(finding: FuzzFinding): Record<string, string> {
  const { code } = finding;
  const recording = runTrace(finding.trace, code === undefined ? {} : { code });
  const expected = expectedResult(finding);
  const described = { ...finding, ...(expected && { expected }) };
  const ucontrol = printUcontrol(recording, described);
  return {
    trace: printTrace(expected ? withResult(recording, finding.operation, expected) : recording),
    'test.ts': printTypeScriptTest(recording, described),
    c: printCTest(recording, described),
    ...(ucontrol.ok && { 'ucontrol.c': ucontrol.text }),
  };
}

/** Where a result is what is wrong, the abstract model says at the end of the text what it should have been. */
function expectedResult({ oracle, rule, text }: FuzzFinding): CallResult | undefined {
  const [, expected] = /, expected (0x[0-9a-f]+)$/.exec(text) ?? [];
  if (oracle !== 'model' || !rule.startsWith('result of ') || expected === undefined) return undefined;
  return { kind: 'number', value: BigInt(expected) };
}

/** A recording that the model replays once it answers as it should. */
function withResult(recording: Trace, operation: number, result: CallResult): Trace {
  let calls = 0;
  const items = recording.items.map((item) =>
    item.kind === 'call' && calls++ === operation ? { ...item, result } : item,
  );
  return { ...recording, items };
}

/** `result of gmap_fault` is `result-of-gmap_fault`. */
function slug(rule: string): string {
  return rule.replace(/[^A-Za-z0-9_]+/g, '-').slice(0, 48);
}

export function printFinding(finding: FuzzFinding): void {
  const { oracle, rule, op, operation, text, trace } = finding;
  console.log(`${colours.red('FOUND')} ${oracle}: ${explainRule(rule)}, after ${op} (call ${operation + 1})`);
  console.log(`      ${text}`);
  for (const line of trace.items.filter((item) => item.kind === 'call').flatMap(printItem))
    console.log(`    > ${line}`);
}

export function printFiles(files: FindingFiles): void {
  for (const path of Object.values(files)) console.log(`      ${colours.dim(visible(path))}`);
}

export function findingJson(finding: FuzzFinding, files: FindingFiles): FindingJson {
  const { oracle, rule, op, operation, text, seed, run, failed, code, against, trace } = finding;
  const program = printTrace(trace).trimEnd().split('\n');
  return {
    oracle,
    rule,
    text,
    op,
    operation,
    seed: hex(seed),
    run,
    failed: failed ?? null,
    code: code ?? null,
    against: against ?? null,
    program,
    files,
  };
}
