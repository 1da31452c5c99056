// SPDX-License-Identifier: GPL-2.0-only
/** Ranges as the lines of the kernel's page-table dump, and the difference of two dumps as such lines with + and −. */
import { checkShape, listOf, object, oneOf, type Shape, text, word } from '../shapes.js';
import { withJson } from '../trace/json.js';
import type { TableRange } from './ranges.js';

const rangeShape: Shape = object({ start: word, last: word, level: text, attributes: listOf(text) });
const rangesShape = listOf(rangeShape);
const changesShape = listOf(object({ sign: oneOf(['+', '-']), range: rangeShape }));

const UNITS = ['K', 'M', 'G', 'T', 'P', 'E'];

/** `0x0000000000000000-0x0000000000100000         1M PMD RW X`; the end is the first address behind the range. */
export function printRange(range: TableRange): string {
  checkShape('printRange: range', range, rangeShape);
  return lineOf(range);
}

function lineOf({ start, last, level, attributes }: TableRange): string {
  const end = BigInt.asUintN(64, last + 1n);
  return `${address(start)}-${address(end)} ${size(last - start + 1n)} ${level} ${attributes.join(' ')}`;
}

/** A line for each range, as {@link printRange} prints it. */
export function printRanges(ranges: readonly TableRange[]): string {
  checkShape('printRanges: ranges', ranges, rangesShape);
  return ranges.map((range) => `${lineOf(range)}\n`).join('');
}

const address = (value: bigint) => `0x${value.toString(16).padStart(16, '0')}`;

function size(bytes: bigint): string {
  let amount = bytes >> 10n;
  let unit = 0;
  while (amount % 1024n === 0n && unit < UNITS.length - 1 && amount > 0n) {
    amount >>= 10n;
    unit++;
  }
  return `${amount.toString().padStart(9)}${UNITS[unit]}`;
}

/** A range that only one of two dumps has. */
export interface RangeChange {
  /** `-`: the first dump has it; `+`: the second one. */
  readonly sign: '+' | '-';
  /** The range, cut to the addresses that differ. */
  readonly range: TableRange;
}

/**
 * How the second dump differs from the first: where they differ, what the first has (−) and then what the second has (+),
 * cut to the addresses that differ. Ranges that filters left out count as nothing.
 */
export function diffRanges(before: readonly TableRange[], after: readonly TableRange[]): RangeChange[] {
  checkShape('diffRanges: before', before, rangesShape);
  checkShape('diffRanges: after', after, rangesShape);
  const changes: RangeChange[] = [];
  let removed: TableRange[] = [];
  let added: TableRange[] = [];
  const flush = () => {
    for (const range of removed) changes.push({ sign: '-', range: withJson(range) });
    for (const range of added) changes.push({ sign: '+', range: withJson(range) });
    removed = [];
    added = [];
  };
  let i = 0;
  let j = 0;
  for (const [start, last] of pieces(before, after)) {
    while (i < before.length && (before[i] as TableRange).last < start) i++;
    while (j < after.length && (after[j] as TableRange).last < start) j++;
    const a = covering(before[i], start);
    const b = covering(after[j], start);
    if (same(a, b)) {
      flush();
      continue;
    }
    if (a) extend(removed, { ...a, start, last });
    if (b) extend(added, { ...b, start, last });
  }
  flush();
  return changes;
}

/** A line for each range, with its sign before it. */
export function printChanges(changes: readonly RangeChange[]): string {
  checkShape('printChanges: changes', changes, changesShape);
  return changes.map(({ sign, range }) => `${sign} ${lineOf(range)}\n`).join('');
}

/** The addresses of both dumps cut where a range of either begins or ends. */
function* pieces(before: readonly TableRange[], after: readonly TableRange[]): Generator<[bigint, bigint]> {
  const borders = new Set<bigint>();
  for (const { start, last } of [...before, ...after]) borders.add(start).add(last + 1n);
  const sorted = [...borders].sort((a, b) => (a < b ? -1 : 1));
  for (const [i, start] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next !== undefined) yield [start, next - 1n];
  }
}

function covering(range: TableRange | undefined, address: bigint): TableRange | undefined {
  return range && range.start <= address && range.last >= address ? range : undefined;
}

function same(a: TableRange | undefined, b: TableRange | undefined): boolean {
  if (!a || !b) return a === b;
  return a.level === b.level && a.attributes.join() === b.attributes.join();
}

function extend(ranges: TableRange[], range: TableRange): void {
  const before = ranges.at(-1);
  if (before && before.last + 1n === range.start && same(before, range))
    ranges[ranges.length - 1] = { ...before, last: range.last };
  else ranges.push(range);
}
