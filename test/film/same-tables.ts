// SPDX-License-Identifier: GPL-2.0-only
/** Whether a film shows the tables of a machine. */
import { expect } from 'vitest';
import type { Machine } from '../../lib/index.js';
import { collectTables, type FilmPlayer, storageOf, tableGraph } from '../../lib/inspect/index.js';
import { expectEqual } from '../equal.js';

/** Much faster to compare than the words. */
export function textOfWords(words: BigUint64Array | undefined): string {
  if (words === undefined) expect.fail('a table that is not there');
  return Buffer.from(words.buffer, words.byteOffset, words.byteLength).toString('base64');
}

/** Every table that address spaces reach is in the film what it is in the machine. Answers how many there are. */
export function expectSameTables(player: FilmPlayer, machine: Machine): number {
  const graph = tableGraph(machine);
  const spaces = [...player.mms(), ...player.gmaps()].map(({ name, asce }) => ({ name, asce }));
  expect(spaces).toEqual(graph.spaces);
  expectEqual({ ...collectTables(player, spaces), spaces: graph.spaces }, graph);
  for (const { level, origin } of graph.tables) {
    const count = level === 'PTE' ? 512 : 2048;
    const words = [player, storageOf(machine)].map((storage) => textOfWords(storage.words(origin, count)));
    if (words[0] !== words[1]) expect.fail(`the table at 0x${origin.toString(16)} is another one`);
  }
  return graph.tables.length;
}
