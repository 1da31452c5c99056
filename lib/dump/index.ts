// SPDX-License-Identifier: GPL-2.0-only
/**
 * Gmaps of a real machine, from a crash dump of it. Nothing here needs the addon.
 *
 * @module s390-gmap/dump
 */

export { FileError } from '../files/file-error.js';
export { type Dump, type OpenDumpOptions, openDump } from './dump.js';
export { DumpError, type DumpErrorCode } from './dump-error.js';
export type { Items } from './items.js';
export type {
  CheckedProblem,
  DumpGmap,
  DumpProblem,
  DumpProcess,
  DumpShadow,
  LookOptions,
  Looks,
  ProcessOfTask,
} from './model.js';
