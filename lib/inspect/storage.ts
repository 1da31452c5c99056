// SPDX-License-Identifier: GPL-2.0-only
/** What everything that looks at tables reads them from: a live machine, or a film of one in a browser. */

import { checkWords, wrongType } from '../arguments.js';

/** Absolute storage, as what walks tables reads it: of a live machine, a film or a crash dump. */
export interface StorageView {
  /**
   * `count` words from the absolute address on, in host byte order; undefined if they are not all in storage. The array
   * is the caller's.
   *
   * @param absolute a multiple of 8
   */
  words(absolute: bigint, count: number): BigUint64Array | undefined;
}

/** The storage of a caller, or throws: also later, when it answers what is none. */
export function checkedStorage(name: string, storage: unknown): StorageView {
  if (typeof storage !== 'object' || storage === null || typeof (storage as StorageView).words !== 'function')
    throw wrongType(name, 'an object with a method words', storage);
  return {
    words(absolute, count) {
      const words: unknown = (storage as StorageView).words(absolute, count);
      return words === undefined ? undefined : checkWords(`${name}.words()`, words, count);
    },
  };
}

/** One word; undefined outside of storage. */
export function wordAt(storage: StorageView, absolute: bigint): bigint | undefined {
  return storage.words(absolute, 1)?.[0];
}
