// SPDX-License-Identifier: GPL-2.0-only
/** Words of tables are kept by the 2 KiB that they lie in: half a page table, or an eighth of a region or segment table. */

export const GRANULE = 2048;
export const GRANULE_WORDS: number = GRANULE / 8;
/** A region or segment table, which is filled at once. */
export const LARGE_TABLE = 16384;

/** The granule that an address lies in. */
export const granuleOf = (address: number): number => address - (address % GRANULE);

/** What the words of a granule were filled with; 0n if nobody filled it. */
export function fillOf(fills: ReadonlyMap<number, bigint>, granule: number): bigint {
  return fills.get(granule) ?? fills.get(granule - (granule % LARGE_TABLE)) ?? 0n;
}
