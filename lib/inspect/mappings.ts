// SPDX-License-Identifier: GPL-2.0-only
/** What a VMA says, as /proc/PID/maps shows it. */
import { vmFlags } from '../generated/abi.js';
import { withJson } from '../trace/json.js';

/** A VMA. */
export interface Mapping {
  /** The first host address. */
  readonly start: bigint;
  /** The first address behind it. */
  readonly end: bigint;
  /** May be loaded from. */
  readonly read: boolean;
  /** May be stored to. */
  readonly write: boolean;
  /** Instructions may be fetched. */
  readonly exec: boolean;
  /** MAP_SHARED; otherwise private. */
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

/** `word`: its VM_ flags. */
export function mappingOf(start: bigint, end: bigint, word: bigint): Mapping {
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
}

/** `rw-p`, as /proc/PID/maps has it; then `h` for large pages, `d` for what grows down. */
export function mappingFlags({ read, write, exec, shared, huge, growsDown }: Mapping): string {
  const letters = [read ? 'r' : '-', write ? 'w' : '-', exec ? 'x' : '-', shared ? 's' : 'p'];
  return `${letters.join('')}${huge ? 'h' : ''}${growsDown ? 'd' : ''}`;
}
