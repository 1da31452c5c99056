// SPDX-License-Identifier: GPL-2.0-only
/**
 * What the commands print with `--json`, as types: `JSON.parse(stdout) as ReplayJson`. There is nothing else here.
 *
 * @module s390-gmap/json
 */

export type { FileCoverage, Reached } from '../fuzz/file-coverage.js';
export type { ComparedFile, CompareJson, CompareRandomJson, RandomFindingJson } from './compare.js';
export type { DumpGmapJson, DumpJson, DumpProblemJson, DumpProcessJson } from './dump.js';
export type {
  FindingFiles,
  FindingJson,
  FuzzCoverJson,
  FuzzJson,
  FuzzMinimizeJson,
  FuzzRecheckJson,
  RecheckedFile,
} from './fuzz.js';
export type { DumpGraphJson, GraphJson, PtdumpJson, PtdumpSinceJson, ViewJson, VtopJson } from './inspect.js';
export type { BootedKernelEntry, BuiltCodeEntry, KernelEntry, KernelListJson } from './kernel.js';
export type { FileOutcome, ReplayedFile, ReplayJson } from './replay.js';
