// SPDX-License-Identifier: GPL-2.0-only
// Faults that are put into copies of Linux 6.1, as apply.mjs reads them. No line of Linux is here: a place is said by kinds of
// tokens and counts, and known by a hash.
import * as gmap from './gmap.mjs';
import * as pgtable from './pgtable.mjs';

/** The version of Linux that they are made for. */
export const KERNEL = '6.1';

/** Each: { id, file, function, at, hash, change, wrong }. */
export const faults = [gmap, pgtable].flatMap(({ file, faults }) => faults.map((fault) => ({ ...fault, file })));

/** What no oracle finds in a minute, with `why` that is so. */
export { unfound } from './unfound.mjs';
