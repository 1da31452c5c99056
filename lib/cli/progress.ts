// SPDX-License-Identifier: GPL-2.0-only
/** A progress bar on the terminal, if standard error is one. */
import { Presets, SingleBar } from 'cli-progress';

/** Calls `work` for each item while the bar shows how far it is. The bar is gone afterwards. */
export function withProgress<Item, Result>(items: readonly Item[], work: (item: Item) => Result): Result[] {
  return withProgressOf(items.length, (onProgress) =>
    items.map((item, i) => {
      const result = work(item);
      onProgress(i + 1);
      return result;
    }),
  );
}

/** The same for work that says by itself how far it is. */
export function withProgressOf<Result>(total: number, work: (onProgress: (done: number) => void) => Result): Result {
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
    return work((done) => bar.update(done));
  } finally {
    bar.stop();
  }
}
