// SPDX-License-Identifier: GPL-2.0-only
/** What the module observes inside of a kernel, and what a dump of the same moment shows from outside. */
import { join } from 'node:path';
import { type Dump, openDump } from '../dump/dump.js';
import { withTemporaryFolder } from '../files/folders.js';
import { remove } from '../files/write.js';
import type { Difference } from '../trace/compare.js';
import { maskFact } from '../trace/masks.js';
import { printCall, printFact } from '../trace/print.js';
import { callsOf } from '../trace/program.js';
import { ObservedState } from '../trace/state.js';
import type { Fact, LowcoreFact, Trace, TraceCall } from '../trace/types.js';
import { type DumpNames, dumpNames } from './dump-names.js';
import { dumpFileFormats } from './session/dump-files.js';
import type { Session } from './session/session.js';

type Mismatch = Pick<Difference, 'what' | 'expected' | 'got'>;

/** Dumps what the last program has left, in each format, and compares. There is nothing to compare where nothing was observed. */
export function compareDumps(session: Session, recording: Trace): Promise<Difference | undefined> {
  return withTemporaryFolder('observer', async (folder) => {
    for (const format of dumpFileFormats) {
      const path = join(folder, format);
      await session.dump(path, format);
      const mismatch = compareDump(recording, path, session.kernel.types);
      if (mismatch) return after(recording, mismatch);
      remove(path);
    }
    return undefined;
  });
}

export function compareDump(recording: Trace, path: string, types: string | undefined): Mismatch | undefined {
  using dump = openDump(path, types === undefined ? {} : { types });
  const calls = callsOf(recording);
  return compareFacts(calls, dump) ?? findProblem(calls, dump);
}

/**
 * Both look at the same memory while nothing runs: nothing but keys is left out, reference and change bits neither. Gmaps that no process
 * lists are not in a dump.
 */
function compareFacts(calls: readonly TraceCall[], dump: Dump): Mismatch | undefined {
  const state = new ObservedState();
  for (const call of calls) state.apply(call);
  const names = dumpNames(calls);
  const facts = [...state.facts];
  const watched = facts.flatMap((fact) => (fact.kind === 'pte' ? [fact.vmaddr] : []));
  if (facts.length === 0) return undefined;
  const lowcore = facts.find((fact) => fact.kind === 'lowcore');
  const expected = facts.flatMap((fact) => (fact === lowcore ? [] : inDump(fact, names)));
  const got = [...dump.facts(names.newestIsFirst ? watched : [])];
  const [lowcoreOfDump = '', ...rest] = got;
  if (lowcore && !isSameLowcore(lowcore, lowcoreOfDump, names))
    return { what: 'fact', expected: inDump(lowcore, names)[0] ?? printFact(lowcore), got: lowcoreOfDump };
  return firstDifference(expected, rest);
}

/** What a dump would say; nothing where it cannot. */
function inDump(fact: Fact, { gmaps, newestIsFirst }: DumpNames): string[] {
  if (fact.kind === 'pte')
    return newestIsFirst ? [printFact(maskFact(fact, { ...fact, key: undefined } as Fact, true))] : [];
  const handle = fact.kind === 'lowcore' ? fact.enabled : fact.gmap;
  if (typeof handle !== 'number') return [printFact(fact)];
  const number = gmaps.get(handle);
  if (number === undefined) return [];
  return [printFact(fact.kind === 'lowcore' ? { ...fact, enabled: number } : { ...fact, gmap: number })];
}

/**
 * A dump has an address there, and no serials: where the gmap is freed it may be that of a new one, and one that no process lists has no
 * name.
 */
function isSameLowcore(fact: LowcoreFact, got: string, names: DumpNames): boolean {
  const [expected] = inDump(fact, names);
  const isUnknown = fact.enabled === 'dangling' || expected === undefined;
  return isUnknown ? got !== 'lowcore none' : got === expected;
}

function firstDifference(expected: readonly string[], got: readonly string[]): Mismatch | undefined {
  const [all, there] = [new Set(expected), new Set(got)];
  const missing = expected.find((fact) => !there.has(fact));
  const more = got.find((fact) => !all.has(fact));
  if (missing === undefined && more === undefined) return undefined;
  return { what: 'fact', expected: missing ?? null, got: more ?? null };
}

/** The first problem that the program does not bring about by itself. */
function findProblem(calls: readonly TraceCall[], dump: Dump): Mismatch | undefined {
  const problem = dump.check().find(({ rule }) => !BROKEN_LEGALLY[rule]?.(calls));
  return problem && { what: 'problem', expected: null, got: `${problem.rule}: ${problem.text}` };
}

/** Known defects of kernels (docs/fidelity.md) whose conditions no dump shows, and programs do. */
const BROKEN_LEGALLY: Readonly<Record<string, (calls: readonly TraceCall[]) => boolean>> = {
  /** unrelated_link: a dump does not know who made a link. */
  I9: (calls) => calls.some(({ name }) => name === '__gmap_link'),
  /** older_pages: nor when a page was made. */
  I12: (calls) => {
    const before = calls.slice(
      0,
      calls.findIndex(({ name }) => name === 's390_enable_sie'),
    );
    return before.some(({ name }) => name === 'load' || name === 'store');
  },
};

/** The last call, after which the dump was written. */
function after(recording: Trace, mismatch: Mismatch): Difference | undefined {
  const last = callsOf(recording).at(-1);
  return last && { ...mismatch, call: printCall(last), line: last.line, context: [] };
}
