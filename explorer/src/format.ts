// SPDX-License-Identifier: GPL-2.0-only
/** Numbers and words as people read them. */
import type { TableLevel } from '../../lib/inspect/tables.js';

export const hex = (value: bigint): string => `0x${value.toString(16)}`;
export const word = (value: bigint): string => value.toString(16).padStart(16, '0');

export const levelNames: Record<TableLevel, string> = {
  RFTE: 'region-first table',
  RSTE: 'region-second table',
  RTTE: 'region-third table',
  STE: 'segment table',
  PTE: 'page table',
};

/** An address as somebody types it; undefined if it is none. */
export function parseAddress(text: string): bigint | undefined {
  const digits = text.trim().replace(/^0x/i, '').replaceAll('_', '');
  return /^[0-9a-f]{1,16}$/i.test(digits) ? BigInt(`0x${digits}`) : undefined;
}
