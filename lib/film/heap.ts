// SPDX-License-Identifier: GPL-2.0-only
/** A film that needs more memory than there is ends in words: V8 would end the process, and nobody can catch that. */
import { getHeapStatistics } from 'node:v8';
import { FilmError } from './film-error.js';

/** How much of the heap may be in use: the rest is room for garbage. */
const USABLE_HEAP = 0.8;

/** @throws {FilmError} with `done`: what was filmed so far, and of how much. */
export function expectHeap(done: string): void {
  const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics();
  if (used > USABLE_HEAP * limit)
    throw new FilmError(
      'ERR_FILM_SIZE',
      `the memory of this process (${Math.round(limit / 2 ** 20)} MiB of heap) is used up after ${done}`,
    );
}
