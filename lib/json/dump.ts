// SPDX-License-Identifier: GPL-2.0-only
import type { CheckedProblem, DumpProblem, DumpProcess, DumpShadow, Looks } from '../dump/index.js';
import type { JsonOf } from '../trace/json.js';

/** A process that has gmaps. */
export type DumpProcessJson = JsonOf<Omit<DumpProcess, 'task' | 'mm'>>;

/** A gmap. */
export interface DumpGmapJson {
  /** `g0`; `cpu0`: enabled on that CPU, and on no list. */
  readonly name: string;
  /** The name of its process. */
  readonly process: string;
  /** Of a shadow: the name of the gmap that it shadows. */
  readonly parent?: string;
  /** Of a shadow: the ASCE of the guest's own tables that it stands for, a hex string. */
  readonly shadowOf?: string;
  /** Of a shadow. */
  readonly state?: DumpShadow['state'];
  /** A hex string. */
  readonly asce: string;
  /** The highest guest address, a hex string. */
  readonly end: string;
  /** How many tables are on crst_list. */
  readonly tables: number;
  /** How many segments guest_to_host has. */
  readonly mapped: number;
  /** How many segments host_to_guest has. */
  readonly linked: number;
  /** Its reference count. */
  readonly references: number;
}

/** Something that is wrong. `held`, the locks that were held, is there with `--check`, but for /proc/kcore. */
export type DumpProblemJson = DumpProblem & Partial<Pick<CheckedProblem, 'held'>>;

/** What `dump --json` prints. What came of several looks is there with `--check` of /proc/kcore. */
export interface DumpJson extends Partial<Omit<Looks, 'problems'>> {
  /** The kernel, as `uname -r` prints it. */
  readonly release: string;
  /** `ELF`, `kdump-compressed`, `kdump-compressed, flattened`. */
  readonly format: string;
  /** How many CPUs it has notes of. */
  readonly cpus: number;
  /** Those that have gmaps. */
  readonly processes: readonly DumpProcessJson[];
  /** Shadows come after the others, and then those that no process lists. */
  readonly gmaps: readonly DumpGmapJson[];
  /** Without `--check` what was broken on the way to the gmaps, with it all that breaks a rule. */
  readonly problems: readonly DumpProblemJson[];
}
