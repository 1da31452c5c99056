// SPDX-License-Identifier: GPL-2.0-only
/** The mappings of a process of a machine. */
import { MAPPING_WORDS } from '../generated/abi.js';
import { type Mapping, mappingOf } from '../inspect/mappings.js';
import type { Handle } from '../native/binding.js';
import type { Context } from '../native/context.js';

/** Rows of MAPPING_WORDS: start, end, VM_ flags. */
export function mappingWords(context: Context, mm: Handle): BigUint64Array {
  const count = context.native.mappingCount(mm);
  if (count < 0) context.throwAnswer('mappings', count);
  const words = new BigUint64Array(count * MAPPING_WORDS);
  context.expectOk('mappings', context.native.readMappings(mm, words));
  return words;
}

/** The mapping that an address lies in. */
export function mappingAt(context: Context, mm: Handle, address: bigint): Mapping | undefined {
  const words = new BigUint64Array(MAPPING_WORDS);
  context.expectOk('mappings', context.native.readMapping(mm, address, words));
  return words[1] === 0n ? undefined : decodeMappings(words)[0];
}

export function decodeMappings(words: BigUint64Array): Mapping[] {
  return Array.from({ length: words.length / MAPPING_WORDS }, (_, i) => {
    const [start = 0n, end = 0n, flags = 0n] = words.subarray(i * MAPPING_WORDS);
    return mappingOf(start, end, flags);
  });
}
