// SPDX-License-Identifier: GPL-2.0-only
import type { TraceItem } from './types.js';

/** So many that the way into the machine and back does not count, and so few that what was observed is small. */
const PIECE_ITEMS = 1000;

/** The items of a trace in pieces that can be executed at once. At least one piece, also of nothing. */
export function* piecesOf<Item extends TraceItem>(items: Iterable<Item>): Generator<Item[]> {
  let piece: Item[] = [];
  for (const item of items) {
    if (piece.length === PIECE_ITEMS) {
      yield piece;
      piece = [];
    }
    piece.push(item);
  }
  yield piece;
}
