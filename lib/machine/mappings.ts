// SPDX-License-Identifier: GPL-2.0-only
/** The mappings of a process, as /proc/PID/maps lists them. */
import { MAPPING_WORDS, vmFlags } from '../generated/abi.js';
import type { Handle } from '../native/binding.js';
import type { Context } from '../native/context.js';
import { withJson } from '../trace/json.js';

/** A VMA. */
export interface Mapping {
  readonly start: bigint;
  /** The first address behind it. */
  readonly end: bigint;
  readonly read: boolean;
  readonly write: boolean;
  readonly exec: boolean;
  readonly shared: boolean;
  /** In large pages of 1 MiB. */
  readonly huge: boolean;
  /** Grows downwards when it is accessed below: a stack. */
  readonly growsDown: boolean;
}

const flags = {
  read: vmFlags.READ,
  write: vmFlags.WRITE,
  exec: vmFlags.EXEC,
  shared: vmFlags.SHARED,
  growsDown: vmFlags.GROWSDOWN,
  huge: vmFlags.HUGETLB,
};

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
    const [start = 0n, end = 0n, word = 0n] = words.subarray(i * MAPPING_WORDS);
    const has = (flag: keyof typeof flags) => (word & flags[flag]) !== 0n;
    return withJson({
      start,
      end,
      read: has('read'),
      write: has('write'),
      exec: has('exec'),
      shared: has('shared'),
      huge: has('huge'),
      growsDown: has('growsDown'),
    });
  });
}

/** `rw-p`, as /proc/PID/maps has it; then `h` for large pages, `d` for what grows down. */
export function mappingFlags({ read, write, exec, shared, huge, growsDown }: Mapping): string {
  const letters = [read ? 'r' : '-', write ? 'w' : '-', exec ? 'x' : '-', shared ? 's' : 'p'];
  return `${letters.join('')}${huge ? 'h' : ''}${growsDown ? 'd' : ''}`;
}
