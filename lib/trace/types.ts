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
  readonly items: readonly TraceItem[];
}

/**
 * A trace whose items may be read only when they are asked for, each time from the first one on: a large file. A
 * {@link Trace} is one.
 */
export interface TraceItems {
  readonly source: string;
  readonly header: ReadonlyMap<string, string>;
  readonly items: Iterable<TraceItem>;
}

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

export type CallResult =
  /** A number, or a negative errno as an error-valued word: see {@link errnoOf}. */
  | { readonly kind: 'number'; readonly value: bigint }
  /** The new mm or gmap. */
  | { readonly kind: 'handle'; readonly handle: number }
  /** No new mm or gmap. */
  | { readonly kind: 'null' }
  /** The gmaps of an mm, newest first. */
  | { readonly kind: 'list'; readonly gmaps: readonly number[] }
  /** The kernel does not survive the call. Only the model can tell the place. */
  | { readonly kind: 'bug'; readonly place: BugPlace | undefined }
  /** The machine refused to execute the call and changed nothing; in a file this is a comment. */
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly reason: string };

export type TraceEvent =
  /** Notifier block `notifier` was called. `end`: the last guest address, which 4.7 does not tell. */
  | {
      readonly kind: 'notify';
      readonly notifier: number;
      readonly gmap: number;
      readonly gaddr: bigint;
      readonly end: bigint | undefined;
    }
  /** All TLB entries made through the gmap's ASCE were flushed. */
  | { readonly kind: 'idte'; readonly gmap: number }
  /** What gmap_shadow answered when shadow_in_callback had it called inside of the notifier block's callback. */
  | {
      readonly kind: 'inner_shadow';
      readonly notifier: number;
      readonly gmap: number;
      readonly asce: bigint;
      readonly answer: bigint;
    };

/** `+` sets the fact with that key, `-` removes it. */
export type Change = { readonly sign: '+'; readonly fact: Fact } | { readonly sign: '-'; readonly key: FactKey };

/** What identifies a fact of the observed state. */
export type FactKey =
  | { readonly kind: 'lowcore' }
  | { readonly kind: 'gmap'; readonly gmap: number }
  | { readonly kind: 'g2h'; readonly gmap: number; readonly gaddr: bigint }
  | { readonly kind: 'h2g'; readonly gmap: number; readonly vmaddr: bigint }
  | { readonly kind: 'entry'; readonly gmap: number; readonly level: Level; readonly gaddr: bigint }
  | { readonly kind: 'pte'; readonly vmaddr: bigint }
  | { readonly kind: 'shadow'; readonly gmap: number }
  | { readonly kind: 'spte'; readonly gmap: number; readonly saddr: bigint }
  | { readonly kind: 'rmap'; readonly gmap: number; readonly vmaddr: bigint; readonly place: number };

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

export interface GmapFact {
  readonly kind: 'gmap';
  readonly gmap: number;
  /** The low 12 bits of the ASCE. */
  readonly asce: bigint;
  /** The highest guest address. */
  readonly end: bigint;
  /** How many region and segment tables there are. */
  readonly tables: bigint;
}

export interface GuestToHostFact {
  readonly kind: 'g2h';
  readonly gmap: number;
  readonly gaddr: bigint;
  readonly vmaddr: bigint;
}

export interface HostToGuestFact {
  readonly kind: 'h2g';
  readonly gmap: number;
  readonly vmaddr: bigint;
  readonly gaddr: bigint;
}

export type EntryFact = RegionEntryFact | SegmentEntryFact | ShadowSegmentEntryFact;

export interface RegionEntryFact {
  readonly kind: 'entry';
  readonly gmap: number;
  readonly level: 'r1' | 'r2' | 'r3';
  readonly gaddr: bigint;
  /** The low 12 bits. */
  readonly flags: bigint;
  /** The lowest guest address of the table that it points at; of a shadow where its source lies, with 1 if that is no table. */
  readonly index: bigint;
}

export interface SegmentEntryFact {
  readonly kind: 'entry';
  readonly gmap: number;
  readonly level: 'seg';
  readonly gaddr: bigint;
  /** The low 11 bits. */
  readonly flags: bigint;
  /** The host segment whose page table it shares; `?` when the mm no longer has that table. */
  readonly host: bigint | '?';
}

/** A segment entry of a shadow. */
export interface ShadowSegmentEntryFact {
  readonly kind: 'entry';
  readonly gmap: number;
  readonly level: 'seg';
  readonly gaddr: bigint;
  /** The low 11 bits. */
  readonly flags: bigint;
  /** Where the source of the page table that it points at lies in the guest, with 1 if that is no table. */
  readonly index: bigint;
}

/** A watched page. */
export type PteFact =
  /** There is no page table. */
  | { readonly kind: 'pte'; readonly vmaddr: bigint; readonly page: 'notable' }
  | {
      readonly kind: 'pte';
      readonly vmaddr: bigint;
      readonly page: PageKind;
      /** The low 12 bits of the PTE, for `swap` without the swap type. */
      readonly pte: bigint;
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
  readonly gmap: number;
  readonly parent: number;
  /** The ASCE that was asked for. */
  readonly asce: bigint;
  readonly edat: bigint;
  readonly state: ShadowState;
  /** The place in the list of its parent's children, 0 is the newest; `-` if it is not there. */
  readonly child: bigint | '-';
  /** References, the list's included. */
  readonly refs: bigint;
  /** How many page tables it has. */
  readonly pts: bigint;
}

export type ShadowState = 'live' | 'removed' | 'making';

/** A page of a shadow. */
export interface ShadowPteFact {
  readonly kind: 'spte';
  readonly gmap: number;
  readonly saddr: bigint;
  /** The low 12 bits. */
  readonly flags: bigint;
  /** The host page with the same frame, by the reverse mappings; `?` if none has it. */
  readonly host: bigint | '?';
  readonly pgste: bigint;
}

/** The reverse mapping at a place of a host page's chain. */
export interface ReverseMappingFact {
  readonly kind: 'rmap';
  readonly gmap: number;
  readonly vmaddr: bigint;
  readonly place: number;
  /** The first address that depends on the page, and in its low bits at which level. */
  readonly raddr: bigint;
}
