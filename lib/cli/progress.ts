// SPDX-License-Identifier: GPL-2.0-only
/** A progress bar on the terminal, if standard error is one. */
import { Presets, SingleBar } from 'cli-progress';
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
  if (!process.stderr.isTTY) return work(() => {});
  // No handler for signals and no change of the terminal's modes: then Ctrl-C can end the program at once.
  const bar = new SingleBar(
    {
      format: '{bar} {value}/{total}',
      stream: process.stderr,
      clearOnComplete: true,
      linewrap: true,
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  try {
    return await work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}
