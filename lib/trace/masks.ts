// SPDX-License-Identifier: GPL-2.0-only
/**
 * What comparing leaves out. Reference and change bits also depend on accesses that the machine makes on
 * its own; the storage key of a frame that nobody set is what the frame's last user left.
 */
import { entryBits, type OperationName } from '../generated/abi.js';
import type { CallResult, Fact, PteFact, TraceCall } from './types.js';
import { isErrorWord } from './words.js';

/** R and C of a storage key. */
const KEY_MASK = 0x06n;
/** GR, GC, HR and HC of a PGSTE. */
const { PGSTE_HR, PGSTE_HC, PGSTE_GR, PGSTE_GC } = entryBits;
const PGSTE_MASK = PGSTE_HR | PGSTE_HC | PGSTE_GR | PGSTE_GC;

/** Bits of results that are reference and change information. */
const MASKED_RESULTS: Partial<Record<OperationName, bigint>> = {
  get_guest_storage_key: KEY_MASK,
  reset_guest_reference_bit: 0x3n,
};

/** The result without what comparing leaves out. */
export function maskResult(call: TraceCall, result: CallResult, strict: boolean): CallResult {
  if (strict || result.kind !== 'number' || isErrorWord(result.value)) return result;
  const mask = MASKED_RESULTS[call.name];
  return mask === undefined ? result : { kind: 'number', value: result.value & ~mask };
}

/** The fact without what comparing with `other` leaves out. */
export function maskFact(fact: Fact, other: Fact, strict: boolean): Fact {
  if (fact.kind !== 'pte' || fact.page === 'notable') return fact;
  const key = other.kind === 'pte' && hasKey(other) ? fact.key : undefined;
  if (strict) return { ...fact, key };
  return { ...fact, pgste: fact.pgste & ~PGSTE_MASK, key: key === undefined ? undefined : key & ~KEY_MASK };
}

function hasKey(fact: PteFact): boolean {
  return fact.page !== 'notable' && fact.key !== undefined;
}
