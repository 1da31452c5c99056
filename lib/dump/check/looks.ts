// SPDX-License-Identifier: GPL-2.0-only
/**
 * The check of a kernel that runs: memory changes while it is read, so that a look sees changes half done, and lists that are torn. What is
 * there in each of several looks, without a lock that is held, is a problem.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { withJson } from '../../trace/json.js';
import { DumpError } from '../dump-error.js';
import type { DumpGmaps } from '../gmaps.js';
import type { CheckedProblem, DumpProblem, LookOptions, Looks } from '../model.js';
import { checkDump } from './check.js';

/** Looks in which a lock is held say nothing: so many more there are, at most, for each that is wanted. */
const MOST_FOR_EACH = 8;

interface Candidate {
  readonly problem: CheckedProblem;
  /** In how many looks it was there and no lock was held. */
  readonly free: number;
}

/** `look`: reads everything anew. */
export async function checkInLooks(
  look: () => DumpGmaps,
  { looks: wanted, pause: milliseconds }: Required<LookOptions>,
): Promise<Looks> {
  let candidates: ReadonlyMap<string, Candidate> | undefined;
  let [looks, torn] = [0, 0];
  let wrong: DumpError | undefined;
  while (looks + torn < wanted * MOST_FOR_EACH) {
    if (looks + torn > 0) await pause(milliseconds);
    try {
      candidates = stillThere(candidates, look());
      looks++;
    } catch (error) {
      if (!(error instanceof DumpError)) throw error;
      wrong = error;
      torn++;
      continue;
    }
    if ([...candidates.values()].every(({ free }) => free >= wanted)) break;
  }
  if (!candidates) throw wrong ?? new DumpError('ERR_DUMP_MISSING', 'nothing was looked at');
  const found = [...candidates.values()];
  return withJson({
    problems: found.filter(({ free }) => free >= wanted).map(({ problem: { rule, text } }) => ({ rule, text })),
    unsure: found.filter(({ free }) => free < wanted).map(({ problem }) => problem),
    looks,
    torn,
  });
}

/** Those of the candidates that are there again; in the first look, all that is there. */
function stillThere(
  before: ReadonlyMap<string, Candidate> | undefined,
  gmaps: DumpGmaps,
): ReadonlyMap<string, Candidate> {
  const now = new Map<string, Candidate>();
  for (const problem of checkDump(gmaps)) {
    const identity = identityOf(problem, gmaps);
    const known = before?.get(identity);
    if (!before || known)
      now.set(identity, { problem, free: (known?.free ?? 0) + (problem.held.length === 0 ? 1 : 0) });
  }
  return now;
}

/** Names count up: what is g1 now is g0 once another process has ended. */
function identityOf({ rule, text }: DumpProblem, { processes, all }: DumpGmaps): string {
  const addresses = new Map<string, bigint>([
    ...processes.map(({ name, mm }) => [name, mm] as const),
    ...all.map(({ name, address }) => [name, address] as const),
  ]);
  return `${rule} ${text.replace(/\b(?:mm|g)\d+\b/g, (name) => addresses.get(name)?.toString(16) ?? name)}`;
}
