// SPDX-License-Identifier: GPL-2.0-only
/** A progress bar on the terminal, if standard error is one. */
import { Presets, SingleBar } from 'cli-progress';

/** Calls `work` for each item while the bar shows how far it is. The bar is gone afterwards. */
export function withProgress<Item, Result>(items: readonly Item[], work: (item: Item) => Result): Result[] {
  if (!process.stderr.isTTY) return items.map((item) => work(item));
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
  bar.start(items.length, 0);
  try {
    return items.map((item) => {
      const result = work(item);
      bar.increment();
      return result;
    });
  } finally {
    bar.stop();
  }
}
