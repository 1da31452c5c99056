// SPDX-License-Identifier: GPL-2.0-only
/**
 * Gmaps of a real machine, from a crash dump of it. Nothing here needs the addon.
 *
 * @module s390-gmap/dump
 */

export { FileError } from '../files/file-error.js';
export type { CheckedProblem } from './check/check.js';
export { Dump, type OpenDumpOptions, openDump } from './dump.js';
export { DumpError, type DumpErrorCode } from './dump-error.js';
export type { DumpGmap, DumpProblem, DumpProcess, DumpShadow } from './gmaps.js';
export type { Items } from './kernel/lists.js';
export type { ProcessOfTask } from './kernel/tasks.js';
