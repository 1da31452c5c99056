// SPDX-License-Identifier: GPL-2.0-only
/** Makes a film of one picture: what a crash dump shows. */
import { checkText } from '../arguments.js';
import { checkOurs } from '../brands.js';
import type { Dump } from '../dump/dump.js';
import { mappingFlags } from '../inspect/mappings.js';
import { entryCount } from '../inspect/tables.js';
import type { Film } from './film.js';
import { expectHeap } from './heap.js';
import { PatchBook } from './patch-book.js';
import { TableMemory } from './table-memory.js';

/** Facts between two looks at the memory. */
const FACTS_BETWEEN_LOOKS = 4096;
/** How many words of a fact are its key. */
const KEY_WORDS: Readonly<Record<string, number>> = { lowcore: 1, gmap: 2, shadow: 2, pte: 2, entry: 4, rmap: 4 };
const OTHER_KEY_WORDS = 3;

/**
 * The film of a crash dump: it has no calls, no storage keys, and nothing of what was before. What is wrong with its gmaps is told in it.
 *
 * @param source what the page calls it, such as the name of the dump's file
 * @throws {DumpError} as the dump's own methods.
 * @throws {FilmError} if this process has no memory for what is in it.
 */
export function shootDump(dump: Dump, source: string): Film {
  checkText('shootDump: source', source);
  checkOurs('shootDump: dump', dump, 'Dump');
  const book = new PatchBook();
  shootSpaces(dump, book);
  shootTables(dump, book);
  shootFacts(dump, book);
  return {
    format: 'gmap-film 1',
    source,
    kernel: dump.release,
    code: null,
    recordedOn: null,
    dump: {
      format: dump.format,
      problems: dump.check().map(({ rule, text, held }) => ({ rule, text, held })),
    },
    storageLimit: dump.storageEnd,
    storageStart: 0,
    excerpt: null,
    start: book.take(),
    calls: [],
    firstDifference: null,
  };
}

const hex = (word: bigint) => word.toString(16);

function shootSpaces(dump: Dump, book: PatchBook): void {
  for (const { name, asce, hasPgste } of dump.processes) {
    book.set('space', name, `${hex(asce)} ${hasPgste ? 1 : 0}`);
    for (const mapping of dump.mappings(name))
      book.set('mapping', `${name} ${hex(mapping.start)}`, `${hex(mapping.end)} ${mappingFlags(mapping)}`);
  }
  for (const { name, process, asce, end } of dump.gmaps)
    book.set('space', name, `${process.name} ${hex(asce)} ${hex(end)}`);
}

function shootTables(dump: Dump, book: PatchBook): void {
  const memory = new TableMemory(book, dump.storage);
  let count = 0;
  for (const { level, origin } of dump.graph().tables) {
    // A damaged entry leads anywhere.
    if (origin >= dump.storageEnd) continue;
    memory.range(Number(origin), entryCount(level) * (level === 'PTE' ? 2 : 1));
    if (++count % FACTS_BETWEEN_LOOKS === 0) expectHeap(`${count} tables of the dump`);
  }
}

function shootFacts(dump: Dump, book: PatchBook): void {
  let count = 0;
  for (const fact of dump.facts()) {
    const words = fact.split(' ');
    const length = KEY_WORDS[words[0] ?? ''] ?? OTHER_KEY_WORDS;
    book.set('fact', words.slice(0, length).join(' '), words.slice(length).join(' '));
    if (++count % FACTS_BETWEEN_LOOKS === 0) expectHeap(`${count} facts of the dump`);
  }
}
