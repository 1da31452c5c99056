// SPDX-License-Identifier: GPL-2.0-only
/** Observations that are only skimmed: whether two machines observed the same, and how calls ended. */
import { WIRE_EVENT_WORDS, WIRE_FACT_WORDS, wireEvent } from '../generated/abi.js';

const WORD_BYTES = 8;
const HEAD_WORDS = 3;
/** Of an event: what it is, and two words. */
const LAST_WORD = 2;

/**
 * Whether two machines observed the same of one program, but for where their tables lie: the ASCEs that were flushed. What
 * machines may say otherwise and mean the same, such as storage keys that nobody set, counts as something else here.
 */
export function sameObservations(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  if (Buffer.compare(a, b) === 0) return true;
  const masked = new Uint8Array(b);
  for (const at of flushedAsces(a)) masked.set(a.subarray(at, at + WORD_BYTES), at);
  return Buffer.compare(a, masked) === 0;
}

/** Where they stand. */
function* flushedAsces(bytes: Uint8Array): Generator<number> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + HEAD_WORDS * WORD_BYTES <= bytes.length; ) {
    const items = view.getUint32(at + 4, true);
    const events = view.getUint32(at + WORD_BYTES, true);
    const facts = view.getUint32(at + WORD_BYTES + 4, true);
    let word = at / WORD_BYTES + HEAD_WORDS + items;
    for (let i = 0; i < events; i++, word += WIRE_EVENT_WORDS) {
      const kind = view.getUint8(word * WORD_BYTES);
      if (kind === wireEvent.IDTE) for (let n = 1; n <= LAST_WORD; n++) yield (word + n) * WORD_BYTES;
    }
    at = (word + facts * WIRE_FACT_WORDS) * WORD_BYTES;
  }
}
