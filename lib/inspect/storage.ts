// SPDX-License-Identifier: GPL-2.0-only
/** What everything that looks at tables reads them from: a live machine, or a film of one in a browser. */

export interface StorageView {
  /**
   * `count` words from the absolute address on, in host byte order; undefined if they are not all in storage. The array
   * is the caller's.
   *
   * @param absolute a multiple of 8
   */
  words(absolute: bigint, count: number): BigUint64Array | undefined;
}

/** One word; undefined outside of storage. */
export function wordAt(storage: StorageView, absolute: bigint): bigint | undefined {
  return storage.words(absolute, 1)?.[0];
}
