// SPDX-License-Identifier: GPL-2.0-only
/** What a dump has, for those who look at it. */
import type { Items } from './items.js';

/** A process that has memory of its own, as one of its tasks has it. */
export interface ProcessOfTask {
  /** The address of its `struct mm_struct`. */
  readonly mm: bigint;
  /** The address of the `struct task_struct`. */
  readonly task: bigint;
  /** The number of the task. */
  readonly pid: number;
  /** What `ps` shows, at most 15 characters; anything. */
  readonly comm: string;
}

/** Something that is wrong. */
export interface DumpProblem {
  /** A rule of docs/specification/invariants.md, its number or its name; `host`: something cannot be read. */
  readonly rule: string;
  /** What breaks it, in the words of `machine.check()`. */
  readonly text: string;
}

/** A process that has gmaps. */
export interface DumpProcess extends ProcessOfTask {
  /** `mm0`: those that have gmaps are counted. */
  readonly name: string;
  /** The address-space-control element. */
  readonly asce: bigint;
  /** The first address that its tables do not cover. */
  readonly limit: bigint;
  /** Whether new page tables of it have PGSTEs. */
  readonly allocPgste: boolean;
  /** Whether all of its page tables have PGSTEs: it may run guests. */
  readonly hasPgste: boolean;
  /** Whether its guests use storage keys. */
  readonly usesKeys: boolean;
}

/** A gmap. */
export interface DumpGmap {
  /** `g0`: in the order of creation, for each process; shadows come after all others. */
  readonly name: string;
  /** The address of its `struct gmap`. */
  readonly address: bigint;
  /** The process whose list it is on; of a shadow that of its parent. */
  readonly process: DumpProcess;
  /** The address of the `struct mm_struct` that it says it is of. */
  readonly mm: bigint;
  /** The address-space-control element. */
  readonly asce: bigint;
  /** The highest guest address. */
  readonly end: bigint;
  /** Absolute address of the top table; undefined if the kernel's pointer leads nowhere. */
  readonly table: bigint | undefined;
  /** Its reference count. */
  readonly references: number;
  /** Absolute addresses of the tables on crst_list. */
  readonly tables: readonly bigint[];
  /** guest_to_host: guest segment to host segment. */
  readonly mapped: Items;
  /** host_to_guest: host segment to the absolute address of the segment entry. */
  readonly linked: Items;
  /** What only shadows have; undefined of others. */
  readonly shadow: DumpShadow | undefined;
}

/** What only shadows have. */
export interface DumpShadow {
  /** The gmap that lists it. */
  readonly parent: DumpGmap;
  /** The address of the `struct gmap` that it says its parent is. */
  readonly parentAddress: bigint;
  /** Its place in the list of its parent. */
  readonly place: number;
  /** The ASCE of the guest's own tables that it stands for. */
  readonly origAsce: bigint;
  /** The EDAT level that was asked for. */
  readonly edat: number;
  /** `removed`: by a change of what it stands for; `making`: not ready yet. */
  readonly state: 'removed' | 'live' | 'making';
  /** Absolute addresses of the pages on pt_list. */
  readonly pageTables: readonly bigint[];
  /** host_to_rmap: for a host page the shadow addresses that depend on it, in the order of the list. */
  readonly rmaps: ReadonlyMap<bigint, readonly bigint[]>;
}

/** A problem, and who may be in the middle of a change. */
export interface CheckedProblem extends DumpProblem {
  /** `mmap_lock of mm0 for writing by pid 127 (qemu) on CPU 0`; empty: no lock that is known was held. */
  readonly held: readonly string[];
}

/** How a kernel that runs is looked at. */
export interface LookOptions {
  /** In how many looks a problem must be there while no lock is held, 1 to 1000. Default 4. */
  readonly looks?: number;
  /** Milliseconds between two looks, 0 to 60,000. Default 20. */
  readonly pause?: number;
}

/** What came of looking. */
export interface Looks {
  /** What stayed, while no lock was held. */
  readonly problems: readonly DumpProblem[];
  /** What stayed, but in too many looks somebody held a lock: nobody knows whether it was in the middle of a change. */
  readonly unsure: readonly CheckedProblem[];
  /** How many looks there were. */
  readonly looks: number;
  /** How many more came upon something that was torn in the middle. */
  readonly torn: number;
}
