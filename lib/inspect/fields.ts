// SPDX-License-Identifier: GPL-2.0-only
/**
 * The bits of table entries by name: z/Architecture Principles of Operation, chapter 3, and Linux's own bits beside them
 * (asm/pgtable.h).
 */
import { withJson } from '../trace/json.js';

/** One bit, or several that are a number. */
export interface Field {
  readonly name: string;
  readonly mask: bigint;
  /** For people who do not know the bit. */
  readonly meaning: string;
  /** Names of the numbers of a field of several bits. */
  readonly values?: readonly string[];
}

const bit = (name: string, mask: bigint, meaning: string): Field => ({ name, mask, meaning });

const LENGTH: Field = { name: 'LENGTH', mask: 0x3n, meaning: 'how long the table is, in quarters less one' };
const TYPE: Field = {
  name: 'TYPE',
  mask: 0xcn,
  meaning: 'what table this entry is of, or points at from an ASCE',
  values: ['SEGMENT', 'REGION3', 'REGION2', 'REGION1'],
};
const PROTECT = bit('PROTECT', 0x200n, 'stores are refused');
const TABLE_INVALID = bit('INVALID', 0x20n, 'nothing below it');

export const asceFields: readonly Field[] = [
  TYPE,
  LENGTH,
  bit('PRIVATE', 0x100n, 'private space: no common segments'),
  bit('ALT_EVENT', 0x80n, 'storage-alteration-event control'),
  bit('SPACE_SWITCH', 0x40n, 'space-switch-event control'),
  bit('REAL_SPACE', 0x20n, 'no translation: addresses are absolute'),
];

export const regionFields: readonly Field[] = [
  TABLE_INVALID,
  PROTECT,
  TYPE,
  { name: 'OFFSET', mask: 0xc0n, meaning: 'where the table below begins, in quarters' },
  LENGTH,
];

export const segmentFields: readonly Field[] = [
  TABLE_INVALID,
  PROTECT,
  bit('LARGE', 0x400n, 'a frame of 1 MiB, and no page table'),
  bit('NOEXEC', 0x100n, 'instructions are not to be fetched (of a large page)'),
  bit('COMMON', 0x10n, 'common segment'),
  TYPE,
  bit('DIRTY', 0x2000n, 'the large page was written to: Linux'),
  bit('YOUNG', 0x1000n, 'the large page was used: Linux'),
  bit('WRITE', 0x2n, 'may be written to: Linux'),
  bit('READ', 0x1n, 'may be read: Linux'),
];

/** Bits of a segment entry that are part of the address unless it is a large page's. */
const LARGE_ONLY = 0x3000n;

export const pteFields: readonly Field[] = [
  bit('INVALID', 0x400n, 'accesses are interrupted'),
  PROTECT,
  bit('NOEXEC', 0x100n, 'instructions are not to be fetched'),
  bit('UNUSED', 0x80n, 'the guest does not need the content: Linux'),
  bit('SPECIAL', 0x40n, 'not an ordinary page, as the zero page: Linux'),
  bit('WRITE', 0x20n, 'may be written to: Linux'),
  bit('READ', 0x10n, 'may be read: Linux'),
  bit('DIRTY', 0x8n, 'was written to: Linux'),
  bit('YOUNG', 0x4n, 'was used: Linux'),
  bit('SOFT_DIRTY', 0x2n, 'was written to since it was last asked: Linux'),
  bit('PRESENT', 0x1n, 'there is a page: Linux'),
];

export const swapPteFields: readonly Field[] = [
  bit('INVALID', 0x400n, 'accesses are interrupted'),
  bit('PROTECT', 0x200n, 'with INVALID and without PRESENT: a page in swap'),
  bit('EXCLUSIVE', 0x800n, 'nobody else shares the page: Linux'),
  { name: 'SWAP_TYPE', mask: 0x7cn, meaning: 'which swap area: Linux' },
  bit('SOFT_DIRTY', 0x2n, 'was written to since it was last asked: Linux'),
];

export const pgsteFields: readonly Field[] = [
  { name: 'ACC', mask: 0xf000000000000000n, meaning: "access control of the guest's storage key" },
  bit('FP', 0x0800000000000000n, "fetch protection of the guest's storage key"),
  bit('PCL', 0x0080000000000000n, 'lock of the PTE and the PGSTE'),
  bit('HR', 0x0040000000000000n, 'host referenced'),
  bit('HC', 0x0020000000000000n, 'host changed'),
  bit('GR', 0x0004000000000000n, 'guest referenced'),
  bit('GC', 0x0002000000000000n, 'guest changed'),
  bit('UC', 0x0000800000000000n, 'user changed: for the dirty log'),
  bit('IN', 0x0000400000000000n, 'notifiers are told when the PTE is invalidated'),
  bit('ZERO', 0x0000000080000000n, 'logically zero (CMMA)'),
  {
    name: 'USAGE',
    mask: 0x0000000003000000n,
    meaning: 'how the guest uses the page (CMMA)',
    values: ['stable', 'unused', 'potentially-volatile', 'volatile'],
  },
];

export const keyFields: readonly Field[] = [
  { name: 'ACC', mask: 0xf0n, meaning: 'access control' },
  bit('FP', 0x08n, 'fetch protection'),
  bit('R', 0x04n, 'referenced'),
  bit('C', 0x02n, 'changed'),
];

for (const fields of [asceFields, regionFields, segmentFields, pteFields, swapPteFields, pgsteFields, keyFields])
  for (const field of fields) withJson(field);

/** The levels of translation from the top down; the names are those of crash's vtop. */
export type EntryLevel = 'RFTE' | 'RSTE' | 'RTTE' | 'STE' | 'PTE';

/** What a PTE says, as Linux tells it apart. */
export type PteState = 'none' | 'swap' | 'present';

export function pteState(pte: bigint): PteState {
  if (pte === 0x400n) return 'none';
  return (pte & 0x201n) === 0x200n ? 'swap' : 'present';
}

/** The fields that an entry of that level has, given its value. */
export function fieldsOf(level: EntryLevel, value: bigint): readonly Field[] {
  if (level === 'STE') return value & 0x400n ? segmentFields : segmentFields.filter(({ mask }) => !(mask & LARGE_ONLY));
  if (level === 'PTE') return pteState(value) === 'swap' ? swapPteFields : pteFields;
  return regionFields;
}

/** What a value's fields say: names of bits that are set, `NAME=value` of numbers. Bits without a name are not told. */
export function describeFields(fields: readonly Field[], value: bigint): string[] {
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
