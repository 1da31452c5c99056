// SPDX-License-Identifier: GPL-2.0-only
/**
 * A film: a program, and how a model changed with each of its calls. It is JSON, holds what the tables were at every
 * moment, and can be played forward and back where there is no native code.
 */
import { count, either, leaf, listOf, object, oneOf, optional, type Shape, text } from '../shapes.js';

/**
 * What a film keeps of a machine; each is a map from text to text.
 *
 * - `word`: absolute address → value, of table entries, PTEs and PGSTEs; both in hex without 0x. Words that are as their
 *   table was filled are left out.
 * - `fill`: where a fill begins → `WORDS VALUE`, number of words in decimal, value in hex; `?` where a dump does not have the table.
 * - `key`: absolute address of a frame → its storage key, both in hex; frames whose key was ever stored to.
 * - `space`: `mm0` → `ASCE P`, where P is 1 if its page tables have PGSTEs; `g0` → `mm0 ASCE END`; hex. Processes that have exited are left out, their gmaps are not.
 * - `mapping`: `mm0 START` → `END rwxp`, hex, as /proc/PID/maps has it (`s` in place of `p`: shared; then `h`: in large pages, `d`: a stack).
 * - `fact`: a fact of the observed state, as a trace has it: key → fields. What the model says.
 * - `recorded`: the same, as the trace that the film was made from has it. Only while that observes.
 */
export const filmMaps = ['word', 'fill', 'key', 'space', 'mapping', 'fact', 'recorded'] as const;
/** A map that a film keeps: a word of {@link filmMaps}. */
export type FilmMap = (typeof filmMaps)[number];

/** One change; null is absent. */
export type Patch = readonly [map: FilmMap, key: string, before: string | null, after: string | null];

/** A call, and how the machine changed with it. */
export interface FilmCall {
  /** Its line in the trace's file, counted from 1. */
  readonly line: number;
  /** The comments above it, without `#`. */
  readonly comments: readonly string[];
  /** The name of the operation: `gmap_fault`. */
  readonly name: string;
  /** As in a trace, without the result: `gmap_fault(g0, 0x1000, 0x1)`. */
  readonly text: string;
  /** What the model answered, as in a trace: `0`, `-EFAULT`, `g0`, `BUG`, `refused: …`; null for functions that answer nothing. */
  readonly result: string | null;
  /** `notify(n0, g0, 0x1000)`, `idte(g0)`. */
  readonly events: readonly string[];
  /** What the trace has recorded; null if it has recorded nothing. */
  readonly recorded: {
    /** As `result` of the call. */
    readonly result: string | null;
    /** As `events` of the call. */
    readonly events: readonly string[];
  } | null;
  /** Keys of facts in which the model and the recording differ after this call, under the masks of comparing. */
  readonly differs: readonly string[];
  /** Whether the recording has another result, or other events. */
  readonly answersDiffer: boolean;
  /** In the order of their maps; a key at most once in each. */
  readonly patches: readonly Patch[];
}

/** Which part of a program a film has. */
export interface FilmExcerpt {
  /** How many calls of the program come before the first one here. */
  readonly from: number;
  /** How many calls the program has. */
  readonly total: number;
}

/** What a film of a crash dump has in place of calls. */
export interface FilmDump {
  /** `ELF`, `kdump-compressed`. */
  readonly format: string;
  /** What is wrong with its gmaps, as `dump.check()` of `s390-gmap/dump` tells it. */
  readonly problems: readonly FilmProblem[];
}

/** Something that is wrong with the gmaps of a dump. */
export interface FilmProblem {
  /** The number of a rule. */
  readonly rule: string;
  /** What breaks it. */
  readonly text: string;
  /** The locks that were held, with who held them. */
  readonly held: readonly string[];
}

/** A program, and how a model changed with each of its calls; or one moment of a crash dump. It is JSON as it is. */
export interface Film {
  readonly format: 'gmap-film 1';
  /** The file that it was made from. */
  readonly source: string;
  /** The kernel that the model behaved like; of a dump its release. */
  readonly kernel: string;
  /** The built code that ran in the port's place; null: the port. Absent in films from before there were any. */
  readonly code?: string | null;
  /** What the trace's header says of the machine that recorded it, if it was one. */
  readonly recordedOn: string | null;
  /** Of a film of one picture, without calls; null or absent: it is of a program. */
  readonly dump?: FilmDump | null;
  /** Bytes of storage that the machine can have at most. */
  readonly storageLimit: number;
  /** The lowest absolute address: with a built code one of the process that made the film. Absent in older films: 0. */
  readonly storageStart?: number;
  /** Which calls these are of a longer program; null if they are all of it. */
  readonly excerpt: FilmExcerpt | null;
  /** The state before the first call. */
  readonly start: readonly Patch[];
  /** In the order in which they were made. */
  readonly calls: readonly FilmCall[];
  /** Place in `calls` of the first one after which recording and model differ; null if they never do. */
  readonly firstDifference: number | null;
}

const isText = (value: unknown) => typeof value === 'string';
const patch: Shape = leaf('a patch: map, key, before, after', (value) => {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const isMap = (filmMaps as readonly unknown[]).includes(value[0]);
  return isMap && isText(value[1]) && [value[2], value[3]].every((state) => state === null || isText(state));
});

const nothing = oneOf([null]);
const dump = object({
  format: text,
  problems: listOf(object({ rule: text, text, held: listOf(text) })),
});
const excerpt = object({ from: count, total: count });

/** What films of callers must look like. */
export const filmShape: Shape = object({
  format: oneOf(['gmap-film 1']),
  source: text,
  kernel: text,
  code: optional(either('a string or null', text, nothing)),
  recordedOn: either('a string or null', text, nothing),
  dump: optional(either('{ format, problems } or null', dump, nothing)),
  storageLimit: count,
  storageStart: optional(count),
  excerpt: either('{ from, total } or null', excerpt, nothing),
  start: listOf(patch),
  calls: listOf(object({ patches: listOf(patch) })),
  firstDifference: either('a whole number or null', count, nothing),
});
