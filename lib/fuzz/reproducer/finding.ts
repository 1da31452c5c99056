// SPDX-License-Identifier: GPL-2.0-only
/** What the fuzzer says of a program that shows a fault, and how the texts printed from it begin. */
import { isCodeName, PORT } from '../../own-code/names.js';
import { checkShape, count, either, number, object, optional, type Shape, text, word } from '../../shapes.js';
import { callResult, checkTrace } from '../../trace/shapes.js';
import type { CallResult, Trace } from '../../trace/types.js';
import { sentenceOf } from '../rules.js';

/** What is printed of a finding beside its program. */
export interface Finding {
  /** Who objected: `rules`, `hardware`, `model`, `locks`, `leaks`, `bug`. */
  readonly oracle: string;
  /** What does not hold, without addresses: `I7`. */
  readonly rule: string;
  /** The same with addresses. */
  readonly text: string;
  /** The call after which it did not hold: its place among the calls of the trace, from 0 on; their number: at the end. */
  readonly operation: number;
  /** Of the run that found it. */
  readonly seed: bigint | number;
  /** What that call should have answered, where that is what is wrong. */
  readonly expected?: CallResult;
}

const findingShape: Shape = object({
  oracle: text,
  rule: text,
  text,
  operation: count,
  seed: either('a bigint or a number', word, number),
  expected: optional(callResult),
});

/** What the printers of reproducers are given, or throws. */
export function checkReproduced(name: string, trace: unknown, finding: unknown): void {
  checkTrace(`${name}: trace`, trace);
  checkShape(`${name}: finding`, finding, findingShape);
}

/** `I7 (rules)` */
export function titleOf(finding: Finding): string {
  return oneLine(`${finding.rule} (${finding.oracle})`);
}

export function textOf(finding: Finding): string {
  return oneLine(finding.text);
}

/** The built code that ran the recording, if its header names one. */
export function codeOf({ header }: Trace): string | undefined {
  const name = header.get('code');
  return name !== undefined && isCodeName(name) ? name : undefined;
}

/** What made its calls too, if the header names one. */
export function againstOf({ header }: Trace): string | undefined {
  const name = header.get('against');
  return name !== undefined && (name === PORT || isCodeName(name)) ? name : undefined;
}

/** Fit for any comment and any string: what ends one of them, or a line, is gone. */
function oneLine(text: string): string {
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replaceAll('*/', '* /')
    .replace(/[\\'"`]/g, ' ')
    .trim();
}

/** Oracles whose findings need no wrong result, BUG or leak: they look at what is stored and flushed meanwhile, or load more in the end. */
const WATCHERS: readonly string[] = ['rules', 'hardware', 'model', 'contents', 'other'];

/** Whether perhaps only the fuzzer sees it. */
export function isUnseen({ oracle, expected }: Finding): boolean {
  return expected === undefined && WATCHERS.includes(oracle);
}

/** What the comment at the head of every printed program says. */
export function headOf(finding: Finding): string[] {
  const sentence = sentenceOf(finding.rule);
  return [
    `Found by the fuzzer, seed ${finding.seed}: ${titleOf(finding)}`,
    ...(sentence === undefined ? [] : [`${finding.rule}: ${oneLine(sentence)}`]),
    textOf(finding),
  ];
}

/** What it says besides where nobody can ask the fuzzer. */
export function unseenOf(finding: Finding): string[] {
  return isUnseen(finding)
    ? [`This program need not fail: perhaps only the fuzzer's oracle "${finding.oracle}" sees what is wrong.`]
    : [];
}
