// SPDX-License-Identifier: GPL-2.0-only
/** A progress bar on the terminal, if standard error is one. */
import { barOnTerminal } from './bar.js';
import { ifStopped } from './signals.js';

/**
 * Calls `work` for each item while the bar shows how far it is; what throws `Stopped` ends that with the results until then. The
 * bar is gone afterwards.
 */
export function withProgress<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result | Promise<Result>,
): Promise<Result[]> {
  return withProgressOf(items.length, async (onProgress) => {
    const results: Result[] = [];
    const doAll = async () => {
      for (const item of items) {
        results.push(await work(item));
        onProgress(results.length);
      }
      return results;
    };
    return doAll().catch(ifStopped(results));
  });
}

/** The same for work that says by itself how far it is. */
export async function withProgressOf<Result>(
  total: number,
  work: (onProgress: (done: number) => void) => Result | Promise<Result>,
): Promise<Result> {
  const bar = await barOnTerminal('{bar} {value}/{total}');
  if (!bar) return work(() => {});
  bar.start(total, 0);
  try {
    return await work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}
