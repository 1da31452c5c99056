// SPDX-License-Identifier: GPL-2.0-only
/**
 * The invariants that a snapshot shows. What calls guarantee at their ends holds in a dump unless a CPU was in the middle of one: then
 * locks are held, and each problem says which.
 */
import { DumpError } from '../dump-error.js';
import type { DumpGmaps } from '../gmaps.js';
import type { CheckedProblem, DumpProcess } from '../model.js';
import { checkGmap } from './check-gmap.js';
import { checkProcess } from './check-process.js';
import { checkShadow } from './check-shadow.js';
import { DumpState } from './dump-state.js';
import { Found, failOf, type PageLocks } from './found.js';
import { checkHostTables } from './host-tables.js';
import type { GmapState } from './state.js';

export const checkDump = (gmaps: DumpGmaps): CheckedProblem[] => checkState(new DumpState(gmaps));

export function checkState(state: GmapState): CheckedProblem[] {
  const broken = state.problems.map((problem) => ({ ...problem, held: [] }));
  return [...broken, ...state.processes.flatMap((process) => problemsOf(state, process))];
}

function problemsOf(state: GmapState, process: DumpProcess): CheckedProblem[] {
  const found = new Found();
  const its = ({ process: owner }: { readonly process: DumpProcess }) => owner === process;
  try {
    const tables = checkHostTables(state, process, failOf(found, process.name));
    checkProcess(state, process, tables, found);
    for (const gmap of state.gmaps.filter(its)) checkGmap(state, gmap, tables, found);
    for (const gmap of state.shadows.filter(its)) checkShadow(state, gmap, found);
  } catch (error) {
    // What is broken so that nothing behind it can be looked at.
    if (!(error instanceof DumpError)) throw error;
    found.add('host', `${process.name}: ${error.message}`);
  }
  const { problems, more } = found;
  const held = problems.length > 0 ? state.locksOf(process) : [];
  const told = problems.map(({ problem, locks }) => ({
    ...problem,
    held: locks ? [...held, ...heldOf(state, locks)] : held,
  }));
  return more > 0 ? [...told, { rule: 'host', text: `${process.name}: and ${more} more`, held }] : told;
}

function heldOf(state: GmapState, { pageTable, pgste }: PageLocks): string[] {
  const holder = state.lockOf(pageTable);
  return [...(holder === undefined ? [] : [`its page table${holder}`]), ...(pgste === undefined ? [] : [pgste])];
}
