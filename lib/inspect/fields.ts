// SPDX-License-Identifier: GPL-2.0-only
/**
 * The bits of table entries by name: z/Architecture Principles of Operation, chapter 3, and Linux's own bits beside them
 * (asm/pgtable.h).
 */

import { checkWord } from '../arguments.js';
import { entryBits } from '../generated/abi.js';
import { checkShape, listOf, object, optional, type Shape, text, word } from '../shapes.js';
import { withJson } from '../trace/json.js';

/** One bit, or several that are a number. */
export interface Field {
  /** As {@link describeFields} prints it. */
  readonly name: string;
  /** Its bits. */
  readonly mask: bigint;
  /** For people who do not know the bit. */
  readonly meaning: string;
  /** Names of the numbers of a field of several bits. */
  readonly values?: readonly string[];
}

const fieldShape: Shape = object({ name: text, mask: word, values: optional(listOf(text)) });

const bit = (name: string, mask: bigint, meaning: string): Field => ({ name, mask, meaning });

const LENGTH: Field = {
  name: 'LENGTH',
  mask: entryBits.ASCE_TABLE_LENGTH,
  meaning: 'how long the table is, in quarters less one',
};
const TYPE: Field = {
  name: 'TYPE',
  mask: entryBits.ASCE_TYPE_MASK,
  meaning: 'what table this entry is of, or points at from an ASCE',
  values: ['SEGMENT', 'REGION3', 'REGION2', 'REGION1'],
};
const PROTECT = bit('PROTECT', entryBits.PAGE_PROTECT, 'stores are refused');
const TABLE_INVALID = bit('INVALID', entryBits.REGION_ENTRY_INVALID, 'nothing below it');

/** The bits of an ASCE. */
export const asceFields: readonly Field[] = [
  TYPE,
  LENGTH,
  bit('PRIVATE', 0x100n, 'private space: no common segments'),
  bit('ALT_EVENT', 0x80n, 'storage-alteration-event control'),
  bit('SPACE_SWITCH', 0x40n, 'space-switch-event control'),
  bit('REAL_SPACE', entryBits.ASCE_REAL_SPACE, 'no translation: addresses are absolute'),
];

/** The bits of an entry of a region table. */
export const regionFields: readonly Field[] = [
  TABLE_INVALID,
  PROTECT,
  TYPE,
  { name: 'OFFSET', mask: 0xc0n, meaning: 'where the table below begins, in quarters' },
  LENGTH,
];

/** The bits of an entry of a segment table. */
export const segmentFields: readonly Field[] = [
  TABLE_INVALID,
  PROTECT,
  bit('LARGE', entryBits.SEGMENT_ENTRY_LARGE, 'a frame of 1 MiB, and no page table'),
  bit('NOEXEC', 0x100n, 'instructions are not to be fetched (of a large page)'),
  bit('COMMON', 0x10n, 'common segment'),
  TYPE,
  bit('DIRTY', entryBits.SEGMENT_ENTRY_DIRTY, 'the large page was written to: Linux'),
  bit('YOUNG', entryBits.SEGMENT_ENTRY_YOUNG, 'the large page was used: Linux'),
  bit('WRITE', entryBits.SEGMENT_ENTRY_WRITE, 'may be written to: Linux'),
  bit('READ', entryBits.SEGMENT_ENTRY_READ, 'may be read: Linux'),
];

/** Bits of a segment entry that are part of the address unless it is a large page's. */
const LARGE_ONLY = entryBits.SEGMENT_ENTRY_DIRTY | entryBits.SEGMENT_ENTRY_YOUNG;

/** The bits of a PTE that is not in swap. */
export const pteFields: readonly Field[] = [
  bit('INVALID', entryBits.PAGE_INVALID, 'accesses are interrupted'),
  PROTECT,
  bit('NOEXEC', entryBits.PAGE_NOEXEC, 'instructions are not to be fetched'),
  bit('UNUSED', entryBits.PAGE_UNUSED, 'the guest does not need the content: Linux'),
  bit('SPECIAL', entryBits.PAGE_SPECIAL, 'not an ordinary page, as the zero page: Linux'),
  bit('WRITE', entryBits.PAGE_WRITE_BIT, 'may be written to: Linux'),
  bit('READ', entryBits.PAGE_READ_BIT, 'may be read: Linux'),
  bit('DIRTY', entryBits.PAGE_DIRTY, 'was written to: Linux'),
  bit('YOUNG', entryBits.PAGE_YOUNG, 'was used: Linux'),
  bit('SOFT_DIRTY', entryBits.PAGE_SOFT_DIRTY, 'was written to since it was last asked: Linux'),
  bit('PRESENT', entryBits.PAGE_PRESENT, 'there is a page: Linux'),
];

/** The bits of a PTE of a page that is in swap. */
export const swapPteFields: readonly Field[] = [
  bit('INVALID', entryBits.PAGE_INVALID, 'accesses are interrupted'),
  bit('PROTECT', entryBits.PAGE_PROTECT, 'with INVALID and without PRESENT: a page in swap'),
  bit('EXCLUSIVE', entryBits.SWAP_EXCLUSIVE, 'nobody else shares the page: Linux'),
  { name: 'SWAP_TYPE', mask: 0x7cn, meaning: 'which swap area: Linux' },
  bit('SOFT_DIRTY', entryBits.PAGE_SOFT_DIRTY, 'was written to since it was last asked: Linux'),
];

/** The bits of a PGSTE. */
export const pgsteFields: readonly Field[] = [
  { name: 'ACC', mask: entryBits.PGSTE_ACC, meaning: "access control of the guest's storage key" },
  bit('FP', entryBits.PGSTE_FP, "fetch protection of the guest's storage key"),
  bit('PCL', entryBits.PGSTE_PCL, 'lock of the PTE and the PGSTE'),
  bit('HR', entryBits.PGSTE_HR, 'host referenced'),
  bit('HC', entryBits.PGSTE_HC, 'host changed'),
  bit('GR', entryBits.PGSTE_GR, 'guest referenced'),
  bit('GC', entryBits.PGSTE_GC, 'guest changed'),
  bit('UC', entryBits.PGSTE_UC, 'user changed: for the dirty log'),
  bit('IN', entryBits.PGSTE_IN, 'notifiers are told when the PTE is invalidated'),
  bit('ZERO', entryBits.PGSTE_GPS_ZERO, 'logically zero (CMMA)'),
  {
    name: 'USAGE',
    mask: entryBits.PGSTE_USAGE,
    meaning: 'how the guest uses the page (CMMA)',
    values: ['stable', 'unused', 'potentially-volatile', 'volatile'],
  },
];

/** The bits of a storage key. */
export const keyFields: readonly Field[] = [
  { name: 'ACC', mask: entryBits.KEY_ACC, meaning: 'access control' },
  bit('FP', entryBits.KEY_FP, 'fetch protection'),
  bit('R', entryBits.KEY_REFERENCED, 'referenced'),
  bit('C', entryBits.KEY_CHANGED, 'changed'),
];

for (const fields of [asceFields, regionFields, segmentFields, pteFields, swapPteFields, pgsteFields, keyFields])
  for (const field of fields) withJson(field);

/** The levels of translation from the top down; the names are those of crash's vtop. */
export const entryLevels = ['RFTE', 'RSTE', 'RTTE', 'STE', 'PTE'] as const;
/**
 * A level of translation, by the entries of its tables: `RFTE` is an entry of a region-first table, `RSTE` and `RTTE`
 * of a second and third, `STE` of a segment table, `PTE` of a page table.
 */
export type EntryLevel = (typeof entryLevels)[number];

/** What a PTE says, as Linux tells it apart. */
export type PteState = 'none' | 'swap' | 'present';

export function pteState(pte: bigint): PteState {
  if (pte === 0x400n) return 'none';
  return (pte & 0x201n) === 0x200n ? 'swap' : 'present';
}

/** The fields that an entry of that level has, given its value. */
export function fieldsOf(level: EntryLevel, value: bigint): readonly Field[] {
  checkWord('fieldsOf: level', level, entryLevels);
  checkShape('fieldsOf: value', value, word);
  if (level === 'STE') return value & 0x400n ? segmentFields : segmentFields.filter(({ mask }) => !(mask & LARGE_ONLY));
  if (level === 'PTE') return pteState(value) === 'swap' ? swapPteFields : pteFields;
  return regionFields;
}

/** What a value's fields say: names of bits that are set, `NAME=value` of numbers. Bits without a name are not told. */
export function describeFields(fields: readonly Field[], value: bigint): string[] {
  checkShape('describeFields: fields', fields, listOf(fieldShape));
  checkShape('describeFields: value', value, word);
  return fieldNames(fields, value);
}

/** The same of our own fields. */
export function fieldNames(fields: readonly Field[], value: bigint): string[] {
  return fields.flatMap((field) => describeField(field, value));
}

function describeField(field: Field, value: bigint): string[] {
  const { name, mask, values } = field;
  const isNumber = (mask & (mask - 1n)) !== 0n;
  if (!isNumber) return value & mask ? [name] : [];
  return values || value & mask ? [`${name}=${fieldText(field, value)}`] : [];
}

/** What a field of the value holds: a name of `values`, or a number. */
export function fieldText({ mask, values }: Field, value: bigint): string {
  const number = (value & mask) / (mask & -mask);
  return values?.[Number(number)] ?? String(number);
}
