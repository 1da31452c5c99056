// SPDX-License-Identifier: GPL-2.0-only
/** Bars of progress. What draws them is twenty files, and most runs have no terminal: it is loaded where one is. */
import type { SingleBar } from 'cli-progress';

/** A bar on standard error, gone when it stops; undefined if that is no terminal. */
export async function barOnTerminal(format: string, barsize?: number): Promise<SingleBar | undefined> {
  if (!process.stderr.isTTY) return undefined;
  const { Presets, SingleBar } = await import('cli-progress');
  return new SingleBar(
    {
      format,
      stream: process.stderr,
      clearOnComplete: true,
      linewrap: true,
      // No handler for signals and no change of the terminal's modes: then Ctrl-C can end the program at once.
      gracefulExit: false,
      ...(barsize !== undefined && { barsize }),
    },
    Presets.shades_classic,
  );
}
