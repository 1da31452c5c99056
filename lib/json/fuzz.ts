// SPDX-License-Identifier: GPL-2.0-only

import type { FileCoverage } from '../fuzz/file-coverage.js';
import type { FuzzStats, Verdict } from '../fuzz/fuzzer.js';
import type { Rechecked } from '../fuzz/recheck.js';
import type { InjectKind } from '../generated/abi.js';
import type { JsonOf } from '../trace/json.js';

/** The files of a finding, by what they are: `trace`, `test.ts`, `c`, `ucontrol.c`. */
export type FindingFiles = Readonly<Record<string, string>>;

/** Something that was found, and the smallest program that shows it. */
export interface FindingJson extends JsonOf<Verdict> {
  /** Of the campaign, a hex string; `0x0` if no campaign found it. */
  readonly seed: string;
  /** The run that found it, from 1 on; 0 if no campaign found it. */
  readonly run: number;
  /** The failure that was ordered for it, which is in the program already; null: none. */
  readonly failed: InjectKind | null;
  /** The built code that it was found on; null: the port. */
  readonly code: string | null;
  /** What made its calls too; null: nothing. */
  readonly against: string | null;
  /** The lines of the program. */
  readonly program: readonly string[];
  /** Those that were written. */
  readonly files: FindingFiles;
}

/** What `fuzz --json` prints. */
export interface FuzzJson extends Omit<JsonOf<FuzzStats>, 'findings' | 'lastNew'> {
  /** How fast it was: the one number that is another one each time. */
  readonly operationsPerSecond: number;
  /** Of the programs that were kept, a hex string; null if there were several jobs, or the campaign broke off. */
  readonly hash: string | null;
  /** With `--live`: programs that were compared with the booted kernel, and those that were not; null without it. */
  readonly kernel: {
    /** Programs that were compared. */
    readonly compared: number;
    /** Programs that were left when the campaign was over. */
    readonly waiting: number;
    /** Programs on machines without something, which no real machine is. */
    readonly leftOut: number;
  } | null;
  /** In the order in which they were found. */
  readonly findings: readonly FindingJson[];
}

/** What `fuzz minimize --json` prints: null if nobody objects to the program. */
export type FuzzMinimizeJson =
  | (FindingJson & {
      /** How many calls the program had before it was made smaller. */
      readonly calls: number;
      /** How many programs were tried. */
      readonly tries: number;
    })
  | null;

/** How a saved finding did. */
export interface RecheckedFile {
  /** As it was named, or found below a folder that was named. */
  readonly file: string;
  /**
   * `there`: the same oracle objects to the same; `other`: somebody objects to something else; `gone`: nobody objects; `unknown`: whoever
   * objected is not here; `failed`: it could not be run.
   */
  readonly state: Rechecked['state'] | 'failed';
  /** What it was saved for: `rules: I7`; null if its header does not say, or it could not be run. */
  readonly finding: string | null;
  /** What somebody objects to now; null: nobody does. */
  readonly verdict: JsonOf<Verdict> | null;
  /** Why it could not be run; null if it was. */
  readonly error: string | null;
}

/** What `fuzz recheck --json` prints. */
export interface FuzzRecheckJson {
  /** How many findings are still there, as they were or as others. */
  readonly there: number;
  /** To how many programs nobody objects. */
  readonly gone: number;
  /** Of how many whoever objected is not here. */
  readonly unknown: number;
  /** How many could not be run. */
  readonly failed: number;
  /** In the order in which they were named and found. */
  readonly files: readonly RecheckedFile[];
}

/** What `fuzz cover --json` prints. */
export interface FuzzCoverJson {
  /** The folder that the pages are in. */
  readonly output: string;
  /** The port's files first; of a built code the tree's own. */
  readonly files: readonly FileCoverage[];
}
