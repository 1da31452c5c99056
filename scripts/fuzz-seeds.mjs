// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/fuzz-seeds.mjs FOLDER: writes each recording as an input of the fuzzer, and oss-fuzz/gmap_fuzzer.dict,
 * the words that programs are made of. Needs dist/ (npm run build).
 */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { Failure, root, script } from './steps.mjs';

const DICTIONARY = 'oss-fuzz/gmap_fuzzer.dict';

/** What addresses, lengths and limits are near to. */
const BORDERS = {
  page: 1n << 12n,
  segment: 1n << 20n,
  segment_table: 1n << 31n,
  region3_table: 1n << 42n,
  region2_table: 1n << 53n,
  above_half: 1n << 63n,
  host: 1n << 40n,
};
/** Bits that arguments and contents of memory may look like. */
const MASKS = {
  pte_invalid: 0x400n,
  pte_protect: 0x200n,
  pte_noexec: 0x100n,
  pte_write: 0x20n,
  pte_empty: 0x400n | 0x200n,
  segment_empty: 0x20n,
  pgste_in: 1n << 46n,
  pgste_uc: 1n << 47n,
  pgste_pcl: 1n << 55n,
  key_all: 0xfen,
};
const LAST = 2n ** 64n - 1n;
const PAGE = BORDERS.page;
const NO_HANDLE = 0xffffffffn;

/** Pairs of a name and a 64-bit word; the same word only once. */
function words(operations) {
  const borders = Object.entries(BORDERS).flatMap(([name, border]) => [
    [name, border],
    [`${name}_end`, border - 1n],
    [`${name}_last_page`, border - PAGE],
    [`${name}_negative`, LAST + 1n - border],
  ]);
  const small = [0n, 1n, 2n, 3n, 4n].map((value) => [`number_${value}`, value]);
  const heads = operations.map(({ name }, code) => [`call_${name}`, BigInt(code) | (NO_HANDLE << 32n)]);
  const all = [...small, ['last', LAST], ...borders, ...Object.entries(MASKS), ...heads];
  return all.filter(([, word], i) => all.findIndex(([, other]) => other === word) === i);
}

/** `name="\x00…"`: little-endian, as the words of a program. */
function dictionaryLine([name, word]) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(word);
  return `${name}="${[...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"\n`;
}

await script(async () => {
  const folder = argv[2];
  if (folder === undefined) throw new Failure('usage: node scripts/fuzz-seeds.mjs FOLDER');
  const { operations } = await import(`${root}dist/generated/abi.js`);
  const { CorpusFolder, readInput } = await import(`${root}dist/fuzz/corpus.js`);
  const { findTraces } = await import(`${root}dist/cli/files.js`);
  const corpus = new CorpusFolder(folder);
  const traces = findTraces(['recordings']);
  for (const trace of traces) corpus.save(readInput(trace));
  writeFileSync(
    DICTIONARY,
    ['# Written by scripts/fuzz-seeds.mjs\n', ...words(operations).map(dictionaryLine)].join(''),
  );
  console.log(`${traces.length} recordings are in ${folder}; the dictionary is ${DICTIONARY}`);
});
