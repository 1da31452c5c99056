// SPDX-License-Identifier: GPL-2.0-only
/** Work on many items at a time. */
import { availableParallelism } from 'node:os';
import type { StopSignal } from '../../stop-signal.js';
import { stopIfAsked } from './stopped.js';

/**
 * Does the work for each item, for as many at a time as there are processors. The first that fails, or `stop`, ends the others
 * by the signal that they get; it is waited for all of them. Answers the results in the order of the items.
 *
 * @throws {OwnCodeError} if it was stopped; or what the first that failed has thrown.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  stop: StopSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const end = new AbortController();
  const onAbort = () => end.abort();
  stop?.addEventListener('abort', onAbort);
  if (stop?.aborted) onAbort();
  const results: Result[] = [];
  const rest = items.entries();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const [i, item] of rest) {
      if (end.signal.aborted) return;
      try {
        results[i] = await work(item, end.signal);
      } catch (error) {
        failures.push(error);
        end.abort();
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: availableParallelism() }, worker));
  } finally {
    stop?.removeEventListener('abort', onAbort);
  }
  stopIfAsked(stop);
  if (failures.length > 0) throw failures[0];
  return results;
}
