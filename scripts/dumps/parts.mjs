// SPDX-License-Identifier: GPL-2.0-only
// Takes a dump apart: its pages that are not all zeros, and its notes.

const PAGE = 4096;
const ZEROS = Buffer.alloc(PAGE);

/** `format`: of openFormat; `count`: how many pages the machine has. */
export function partsOf(format, count) {
  const pages = new Map();
  for (let number = 0; number < count; number++) {
    const bytes = format.page(number * PAGE);
    if (bytes && !bytes.equals(ZEROS)) pages.set(number, bytes);
  }
  return { pages, notes: format.notes, count };
}
