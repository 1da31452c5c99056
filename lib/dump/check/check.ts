// SPDX-License-Identifier: GPL-2.0-only
/**
 * The invariants that a snapshot shows. What calls guarantee at their ends holds in a dump unless a CPU was in the middle of one: then
 * locks are held, and each problem says which.
 */
import { hex } from '../../trace/words.js';
import { DumpError } from '../dump-error.js';
import type { DumpGmaps } from '../gmaps.js';
import type { CheckedProblem, DumpProcess } from '../model.js';
import { checkGmap } from './check-gmap.js';
import { checkProcess, pageTablesOf } from './check-process.js';
import { checkShadow } from './check-shadow.js';
import { Found } from './found.js';

export function checkDump(gmaps: DumpGmaps): CheckedProblem[] {
  const broken = gmaps.problems.map((problem) => ({ ...problem, held: [] }));
  return [...broken, ...gmaps.processes.flatMap((process) => problemsOf(gmaps, process))];
}

function problemsOf(gmaps: DumpGmaps, process: DumpProcess): CheckedProblem[] {
  const found = new Found();
  const its = ({ process: owner }: { readonly process: DumpProcess }) => owner === process;
  try {
    const tables = pageTablesOf(gmaps.memory.storage, process);
    checkProcess(gmaps, process, tables, found);
    for (const gmap of gmaps.gmaps.filter(its)) checkGmap(gmaps, gmap, tables, found);
    for (const gmap of gmaps.shadows.filter(its)) checkShadow(gmaps, gmap, found);
  } catch (error) {
    // What is broken so that nothing behind it can be looked at.
    if (!(error instanceof DumpError)) throw error;
    found.add('host', `${process.name}: ${error.message}`);
  }
  if (found.more > 0) found.problems.push({ rule: 'host', text: `${process.name}: and ${found.more} more` });
  const held = found.problems.length > 0 ? locksHeld(gmaps, process) : [];
  return found.problems.map((problem) => ({ ...problem, held }));
}

/** Page tables' locks are not looked at: where they are depends on the kernel's configuration. */
function locksHeld({ memory, gmaps }: DumpGmaps, process: DumpProcess): string[] {
  const count = memory.get('mm_struct', process.mm, 'mmap_lock.count.counter');
  const ofProcess =
    count === 0n
      ? []
      : [`mmap_lock of ${process.name}${ownerOf(memory.get('mm_struct', process.mm, 'mmap_lock.owner.counter'))}`];
  const ofGmaps = gmaps.filter((gmap) => {
    if (gmap.process !== process) return false;
    return (
      memory.get('gmap', gmap.address, 'guest_table_lock.rlock.raw_lock.lock|guest_table_lock.raw_lock.lock') !== 0n
    );
  });
  return [...ofProcess, ...ofGmaps.map(({ name }) => `guest_table_lock of ${name}`)];
}

/** The lowest bits of a semaphore's owner say whether it is a reader, who may be gone. */
function ownerOf(owner: bigint): string {
  const task = owner & ~7n;
  return task === 0n ? '' : ` by the task at ${hex(task)}`;
}
