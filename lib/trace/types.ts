// SPDX-License-Identifier: GPL-2.0-only
/**
 * What a trace is made of. A trace is a program (calls to make) or a recording (calls and what was observed
 * of each): the same type, for a recording without its observations is a program.
 *
 * Addresses and other 64-bit values are bigints between 0 and 2^64 - 1; handles are numbers.
 */
import type { BugPlace, OperationName, RefusalName } from '../generated/abi.js';

/** A whole trace file. Without its first line, `# gmap-trace 1`, which every trace has. */
export interface Trace {
  /** Where it comes from, for messages: a file name. */
  readonly source: string;
  /** The `# key: value` lines before the first call. They are among the items too: those are what is printed. */
  readonly header: ReadonlyMap<string, string>;
  /** In the order of the file. */
  readonly items: readonly TraceItem[];
}

/**
 * A trace whose items may be read only when they are asked for, each time from the first one on: a large file. A
 * {@link Trace} is one.
 */
export interface TraceItems {
  /** Where it comes from, for messages: a file name. */
  readonly source: string;
  /** The `# key: value` lines before the first call. */
  readonly header: ReadonlyMap<string, string>;
  /** In the order of the file. */
  readonly items: Iterable<TraceItem>;
}

/** A line of a trace, or a call with the lines that say what was observed of it. */
export type TraceItem = TraceComment | TraceCall;

/** A line that is empty or begins with `#`. */
export interface TraceComment {
  readonly kind: 'comment';
  /** The whole line. */
  readonly text: string;
  /** The line in the file, counted from 1. */
  readonly line: number;
}

/** A call, and what was observed of it. */
export interface TraceCall {
  readonly kind: 'call';
  /** The name of the operation: `gmap_fault`. */
  readonly name: OperationName;
  /**
   * The arguments as the operation's row of ops.def names them. Handles are their numbers, inject kinds their
   * places in `injectKinds`, NULL is 0. An argument that only later kernels have may be left out at the end.
   */
  readonly args: readonly bigint[];
  /** Absent if the function returns nothing, or if nobody recorded what it returned. */
  readonly result: CallResult | undefined;
  /** In the order in which they happened. */
  readonly events: readonly TraceEvent[];
  /** How the observed state changed: first what went, then what came. */
  readonly changes: readonly Change[];
  /** The line of the call in the file, counted from 1. */
  readonly line: number;
}

/** Why a call was not executed: a row of refusals.def, or that the kernel does not have the function. */
export type RefusalCode = RefusalName | 'UNSUPPORTED';

/** What a call answered. */
export type CallResult =
  | {
      readonly kind: 'number';
      /** A number, or a negative errno as an error-valued word: see {@link errnoOf}. */
      readonly value: bigint;
    }
  | {
      readonly kind: 'handle';
      /** The number of the new mm or gmap. */
      readonly handle: number;
    }
  /** No new mm or gmap. */
  | { readonly kind: 'null' }
  | {
      readonly kind: 'list';
      /** The numbers of the gmaps of an mm, newest first. */
      readonly gmaps: readonly number[];
    }
  /** The kernel does not survive the call. */
  | {
      readonly kind: 'bug';
      /** Where; undefined in what a real kernel answered, for only the model can tell. */
      readonly place: BugPlace | undefined;
    }
  /** The machine refused to execute the call and changed nothing; in a file this is a comment. */
  | {
      readonly kind: 'refused';
      /** Why, for programs. */
      readonly code: RefusalCode;
      /** The same for people. */
      readonly reason: string;
    };

/** What happened inside of a call. */
export type TraceEvent =
  | {
      readonly kind: 'notify';
      /** The number of the notifier block that was called. */
      readonly notifier: number;
      /** The number of the gmap that it was called for. */
      readonly gmap: number;
      /** The guest address in that gmap. */
      readonly gaddr: bigint;
      /** The last guest address, which 4.7 does not tell. */
      readonly end: bigint | undefined;
    }
  | {
      readonly kind: 'idte';
      /** The number of the gmap: all TLB entries made through its ASCE were flushed. */
      readonly gmap: number;
    }
  /** gmap_shadow was called inside of a callback, as shadow_in_callback had ordered. */
  | {
      readonly kind: 'inner_shadow';
      /** The number of the notifier block whose callback it was. */
      readonly notifier: number;
      /** The number of the gmap that was to be shadowed. */
      readonly gmap: number;
      /** The ASCE that was asked for. */
      readonly asce: bigint;
      /** What gmap_shadow answered: a negative errno as an error-valued word. */
      readonly answer: bigint;
    };

/** How the observed state changed: `+` sets the fact with that key, `-` removes it. */
export type Change =
  | {
      readonly sign: '+';
      /** What is so now. */
      readonly fact: Fact;
    }
  | {
      readonly sign: '-';
      /** Which fact is gone. */
      readonly key: FactKey;
    };

/** What identifies a fact of the observed state. */
export type FactKey =
  | Pick<LowcoreFact, 'kind'>
  | Pick<GmapFact, 'kind' | 'gmap'>
  | Pick<GuestToHostFact, 'kind' | 'gmap' | 'gaddr'>
  | Pick<HostToGuestFact, 'kind' | 'gmap' | 'vmaddr'>
  | Pick<EntryFact, 'kind' | 'gmap' | 'level' | 'gaddr'>
  | Pick<PteFact, 'kind' | 'vmaddr'>
  | Pick<ShadowFact, 'kind' | 'gmap'>
  | Pick<ShadowPteFact, 'kind' | 'gmap' | 'saddr'>
  | Pick<ReverseMappingFact, 'kind' | 'gmap' | 'vmaddr' | 'place'>;

/** A level of a gmap's tables: region first, second, third table, segment table. */
export type Level = 'r1' | 'r2' | 'r3' | 'seg';

/** A fact of the observed state; the format's description has what each field means. */
export type Fact =
  | LowcoreFact
  | GmapFact
  | GuestToHostFact
  | HostToGuestFact
  | EntryFact
  | PteFact
  | ShadowFact
  | ShadowPteFact
  | ReverseMappingFact;

/** The enabled gmap. */
export interface LowcoreFact {
  readonly kind: 'lowcore';
  /** `dangling` once that gmap was freed. */
  readonly enabled: number | 'none' | 'dangling';
}

/** That a gmap lives. */
export interface GmapFact {
  readonly kind: 'gmap';
  /** The gmap's number. */
  readonly gmap: number;
  /** The low 12 bits of the ASCE. */
  readonly asce: bigint;
  /** The highest guest address. */
  readonly end: bigint;
  /** How many region and segment tables there are. */
  readonly tables: bigint;
}

/** An item of guest_to_host: the mapping of a guest segment. */
export interface GuestToHostFact {
  readonly kind: 'g2h';
  /** The gmap's number. */
  readonly gmap: number;
  /** The first guest address of the segment. */
  readonly gaddr: bigint;
  /** The first host address of the segment. */
  readonly vmaddr: bigint;
}

/** An item of host_to_guest: the link of a host segment. */
export interface HostToGuestFact {
  readonly kind: 'h2g';
  /** The gmap's number. */
  readonly gmap: number;
  /** The first host address of the segment. */
  readonly vmaddr: bigint;
  /** The first guest address that the linked segment entry covers. */
  readonly gaddr: bigint;
}

/** An entry of a gmap's tables that is not empty. */
export type EntryFact = RegionEntryFact | SegmentEntryFact | ShadowSegmentEntryFact;

/** An entry of a region table. */
export interface RegionEntryFact {
  readonly kind: 'entry';
  /** The gmap's number. */
  readonly gmap: number;
  /** Of which table: region first, second or third. */
  readonly level: 'r1' | 'r2' | 'r3';
  /** The first guest address that it covers. */
  readonly gaddr: bigint;
  /** The low 12 bits. */
  readonly flags: bigint;
  /** The lowest guest address of the table that it points at; of a shadow where its source lies, with 1 if that is no table. */
  readonly index: bigint;
}

/** An entry of a segment table. */
export interface SegmentEntryFact {
  readonly kind: 'entry';
  /** The gmap's number. */
  readonly gmap: number;
  readonly level: 'seg';
  /** The first guest address that it covers. */
  readonly gaddr: bigint;
  /** The low 11 bits. */
  readonly flags: bigint;
  /** The host segment whose page table it shares; `?` when the mm no longer has that table. */
  readonly host: bigint | '?';
}

/** A segment entry of a shadow. */
export interface ShadowSegmentEntryFact {
  readonly kind: 'entry';
  /** The gmap's number. */
  readonly gmap: number;
  readonly level: 'seg';
  /** The first address that it covers. */
  readonly gaddr: bigint;
  /** The low 11 bits. */
  readonly flags: bigint;
  /** Where the source of the page table that it points at lies in the guest, with 1 if that is no table. */
  readonly index: bigint;
}

/** A watched page. */
export type PteFact =
  /** There is no page table. */
  | {
      readonly kind: 'pte';
      /** The host address of the page. */
      readonly vmaddr: bigint;
      readonly page: 'notable';
    }
  | {
      readonly kind: 'pte';
      /** The host address of the page. */
      readonly vmaddr: bigint;
      /** What the PTE maps. */
      readonly page: PageKind;
      /** The low 12 bits of the PTE, for `swap` without the swap type. */
      readonly pte: bigint;
      /** The PGSTE, a word of 64 bits; 0 where there is none. */
      readonly pgste: bigint;
      /** The low 11 bits of the segment entry. */
      readonly pmd: bigint;
      /** The real storage key, unless it is unknown. */
      readonly key: bigint | undefined;
    };

/** What a PTE maps. */
export type PageKind = 'none' | 'zero' | 'anon' | 'page' | 'swap';

/** That a gmap is a shadow, and of what. */
export interface ShadowFact {
  readonly kind: 'shadow';
  /** The gmap's number. */
  readonly gmap: number;
  /** The number of the gmap that it shadows. */
  readonly parent: number;
  /** The ASCE that was asked for. */
  readonly asce: bigint;
  /** The EDAT level that was asked for. */
  readonly edat: bigint;
  /** `removed`: by a change of what it stands for; `making`: not ready yet. */
  readonly state: ShadowState;
  /** The place in the list of its parent's children, 0 is the newest; `-` if it is not there. */
  readonly child: bigint | '-';
  /** References, the list's included. */
  readonly refs: bigint;
  /** How many page tables it has. */
  readonly pts: bigint;
}

/** How far a shadow is. */
export type ShadowState = 'live' | 'removed' | 'making';

/** A page of a shadow. */
export interface ShadowPteFact {
  readonly kind: 'spte';
  /** The gmap's number. */
  readonly gmap: number;
  /** The address in the shadow. */
  readonly saddr: bigint;
  /** The low 12 bits. */
  readonly flags: bigint;
  /** The host page with the same frame, by the reverse mappings; `?` if none has it. */
  readonly host: bigint | '?';
  /** The PGSTE, a word of 64 bits. */
  readonly pgste: bigint;
}

/** The reverse mapping at a place of a host page's chain. */
export interface ReverseMappingFact {
  readonly kind: 'rmap';
  /** The gmap's number. */
  readonly gmap: number;
  /** The host address of the page. */
  readonly vmaddr: bigint;
  /** Its place in the chain, 0 is the head. */
  readonly place: number;
  /** The first address that depends on the page, and in its low bits at which level. */
  readonly raddr: bigint;
}
