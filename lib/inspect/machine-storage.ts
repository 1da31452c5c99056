// SPDX-License-Identifier: GPL-2.0-only
/** The storage of a live machine. Entries are big-endian there. */
import { checkNumber, wrongType } from '../arguments.js';
import { checkOurs } from '../brands.js';
import type { Machine } from '../machine/machine.js';
import type { StorageView } from './storage.js';

const WORD_BYTES = 8;

export function storageOf(machine: Machine): StorageView {
  checkOurs('storageOf: machine', machine, 'Machine');
  const limit = BigInt(machine.storageLimit);
  return {
    words(absolute, count) {
      if (typeof absolute !== 'bigint') throw wrongType('words: absolute', 'a bigint', absolute);
      checkNumber('words: count', count, 0, Number(limit));
      const length = count * WORD_BYTES;
      if (absolute < 0n || absolute + BigInt(length) > limit) return undefined;
      const { buffer } = machine.readStorage(absolute, length);
      const view = new DataView(buffer);
      return BigUint64Array.from({ length: count }, (_, i) => view.getBigUint64(i * WORD_BYTES));
    },
  };
}
