// SPDX-License-Identifier: GPL-2.0-only
import { once } from 'node:events';

/** Prints a part of a long output. Waits where it is read more slowly than it is made: what waits is in memory. */
export async function print(text: string): Promise<void> {
  // What is wrong with the output is heard in main.ts.
  if (!process.stdout.write(text)) await once(process.stdout, 'drain').catch(() => {});
}
