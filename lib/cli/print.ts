// SPDX-License-Identifier: GPL-2.0-only
import { once } from 'node:events';

/** Prints a part of a long output. Waits where it is read more slowly than it is made: what waits is in memory. */
export async function print(text: string): Promise<void> {
  // What is wrong with the output is heard in main.ts.
  if (!process.stdout.write(text)) await once(process.stdout, 'drain').catch(() => {});
}

const PIECE_CHARACTERS = 2 ** 16;

/** The same for an output that comes in small parts. */
export async function printAll(parts: Iterable<string>): Promise<void> {
  let text = '';
  for (const part of parts) {
    text += part;
    if (text.length < PIECE_CHARACTERS) continue;
    await print(text);
    text = '';
  }
  await print(text);
}
