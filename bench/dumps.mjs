// SPDX-License-Identifier: GPL-2.0-only
/*
 * What it takes to list and to check a crash dump: pages that are read, memory, CPU time. `npm run bench -- dumps [DUMP [TYPES]]`: also of
 * that one; scripts/dumps/make-large.mjs makes one with a million segments.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openFormat } from '../dist/dump/formats/open.js';
import { RandomAccessFile } from '../dist/files/random-access.js';
import { partsOf } from '../scripts/dumps/parts.mjs';
import { writeElf, writeKdump } from '../scripts/dumps/write.mjs';
import { markdownTable } from '../scripts/markdown-table.mjs';

const PAGE = 4096;
/** Of the guest that the fixture is of, and of a machine with 8 GiB. */
const PAGES = (512 << 20) / PAGE;
const LARGE_PAGES = 16 * PAGES;
const fixture = (name) => fileURLToPath(new URL(`../test/dump/fixtures/linux-6.12.${name}`, import.meta.url));

/** What is kept to. A list of a small state: what is read does not depend on how large the dump is. */
const MOST = { pagesRead: 300, seconds: 0.5, megabytes: 200 };

/** 8 GiB in a file of 8 GiB, which has holes where nothing is. */
function writeLargeElf(path, { pages, notes }) {
  const last = new Map(pages).set(LARGE_PAGES - 1, Buffer.alloc(PAGE));
  const dense = writeElf(last, notes, LARGE_PAGES);
  const rows = dense.readUInt16BE(56);
  const file = openSync(path, 'w');
  const head = Buffer.from(dense.subarray(0, 64 + 56 * rows));
  const base = 2 ** 20;
  ftruncateSync(file, base + LARGE_PAGES * PAGE);
  for (let i = 0; i < rows; i++) {
    const at = 64 + 56 * i;
    const [from, physical, size] = [8, 24, 32].map((field) => Number(dense.readBigUInt64BE(at + field)));
    const isLoad = dense.readUInt32BE(at) === 1;
    const to = isLoad ? base + physical : from;
    writeSync(file, dense, from, size, to);
    head.writeBigUInt64BE(BigInt(to), at + 8);
    if (isLoad) head.writeBigUInt64BE(dense.readBigUInt64BE(at + 40), at + 32);
  }
  writeSync(file, head, 0, head.length, 0);
  closeSync(file);
}

function measure(name, what, path, types, limits) {
  const script = fileURLToPath(new URL('dumps-case.mjs', import.meta.url));
  const args = [script, what, path, ...(types === undefined ? [] : [types])];
  return {
    name: `${what}, ${name}`,
    limits,
    ...JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })),
  };
}

/** `given`: a dump of the caller's, and its types. */
export function measureDumps(given, givenTypes) {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-bench-'));
  try {
    const parts = partsOf(openFormat([new RandomAccessFile(fixture('kdump'))]), PAGES);
    const [elf, kdump] = ['elf', 'kdump'].map((name) => join(folder, name));
    writeLargeElf(elf, parts);
    writeFileSync(kdump, writeKdump(parts.pages, parts.notes, { count: LARGE_PAGES }));
    const small = [
      ['512 MiB, kdump-compressed', fixture('kdump')],
      ['8 GiB, kdump-compressed', kdump],
      ['8 GiB, ELF', elf],
    ];
    const rows = small.flatMap(([name, path]) =>
      ['list', 'check'].map((what) => measure(name, what, path, fixture('btf'), MOST)),
    );
    if (given === undefined) return rows;
    const limits = { megabytes: MOST.megabytes };
    return [...rows, ...['list', 'check'].map((what) => measure(given, what, given, givenTypes, limits))];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function dumpsTable(rows) {
  const cells = rows.map(({ name, pagesRead, items, problems, seconds, megabytes, limits }) => {
    const numbers = { pagesRead, seconds, megabytes };
    const isWithin = Object.entries(limits).every(([key, limit]) => numbers[key] <= limit);
    return [
      name,
      pagesRead.toLocaleString('en'),
      items.toLocaleString('en'),
      `${problems}`,
      `${seconds.toFixed(2)} s`,
      `${Math.round(megabytes)} MB`,
      isWithin ? 'yes' : 'no',
    ];
  });
  return markdownTable([['what', 'pages read', 'items', 'problems', 'CPU time', 'memory', 'within'], ...cells]);
}
