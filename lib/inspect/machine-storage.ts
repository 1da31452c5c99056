// SPDX-License-Identifier: GPL-2.0-only
/** The storage of a live machine. Entries are big-endian there. */
import { checkNumber, wrongType } from '../arguments.js';
import { checkOurs } from '../brands.js';
import type { Machine } from '../machine/machine.js';
import type { StorageView } from './storage.js';

const WORD_BYTES = 8;

/** The storage of a live machine as it is when it is asked. `words()` throws as {@link Machine.readStorage} does. */
export function storageOf(machine: Machine): StorageView {
  checkOurs('storageOf: machine', machine, 'Machine');
  return {
    words(absolute, count) {
      if (typeof absolute !== 'bigint') throw wrongType('words: absolute', 'a bigint', absolute);
      checkNumber('words: count', count, 0, machine.storageLimit);
      const bytes = bytesAt(machine, absolute, count * WORD_BYTES);
      if (bytes === undefined) return undefined;
      const view = new DataView(bytes.buffer);
      const words = new BigUint64Array(count);
      for (let i = 0; i < count; i++) words[i] = view.getBigUint64(i * WORD_BYTES);
      return words;
    },
  };
}

/** Nothing where there is no storage. */
function bytesAt(machine: Machine, absolute: bigint, length: number): Uint8Array | undefined {
  const offset = absolute - machine.storageStart;
  const isThere = offset >= 0n && offset + BigInt(length) <= BigInt(machine.storageLimit);
  return isThere ? machine.readStorage(absolute, length) : undefined;
}
