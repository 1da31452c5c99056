// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/dumps/damage.mjs SEED COUNT: damages a dump of test/dump/fixtures in COUNT ways, and looks at all that is in it each time.
 * Prints { outcomes, slowest }: how often which way of ending, and the longest in milliseconds. What must not be ends the process.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFormat } from '../../dist/dump/formats/open.js';
import { openDump } from '../../dist/dump/index.js';
import { RandomAccessFile } from '../../dist/files/random-access.js';
import { root } from '../steps.mjs';
import { flatten, writeElf, writeKdump } from './write.mjs';

const fixture = (name) => `${root}test/dump/fixtures/linux-6.12.${name}`;
const PAGES = (512 << 20) / 4096;

let state = Number(process.argv[2]) * 2654435761;

function random(end) {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * end);
}

function partsOf(path) {
  const format = openFormat([new RandomAccessFile(path)]);
  const pages = new Map();
  for (let number = 0; number < PAGES; number++) {
    const bytes = format.page(number * 4096);
    if (bytes?.some((byte) => byte !== 0)) pages.set(number, bytes);
  }
  return { pages, notes: format.notes };
}

const { pages, notes } = partsOf(fixture('kdump'));
const numbers = [...pages.keys()];
const used = new Map(
  numbers.map((number) => [number, [...pages.get(number).keys()].filter((at) => pages.get(number)[at] !== 0)]),
);
const types = readFileSync(fixture('btf'));
const files = [
  writeKdump(pages, notes, { count: PAGES }),
  flatten(writeKdump(pages, notes, { count: PAGES })),
  writeElf(pages, notes),
];

/** Bytes that are used, of pages that are read. */
function damagedPages() {
  const changed = new Map(pages);
  for (let i = random(4); i >= 0; i--) {
    const number = numbers[random(numbers.length)];
    const bytes = Buffer.from(changed.get(number));
    bytes[used.get(number)[random(used.get(number).length)]] = random(256);
    changed.set(number, bytes);
  }
  return writeElf(changed, notes);
}

function damagedFile() {
  const bytes = Buffer.from(files[random(files.length)]);
  const end = random(2) === 0 ? Math.min(bytes.length, 50_000) : bytes.length;
  for (let i = random(4); i >= 0; i--) bytes[random(end)] = random(256);
  return random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

function damagedTypes() {
  const bytes = Buffer.from(types);
  for (let i = random(4); i >= 0; i--) bytes[random(bytes.length)] = random(256);
  return bytes;
}

function lookAtAll(path, typesPath) {
  try {
    const dump = openDump(path, { types: typesPath });
    try {
      for (const _ of dump.facts([0n, 0x10000000000n]));
      const problems = dump.check().length;
      for (const { name } of [...dump.processes, ...dump.gmaps]) {
        String(dump.inspect(name, 0x1000n));
        dump.dump(name, { to: 0x10000000n });
      }
      return problems > 0 ? 'problems' : 'no problem';
    } finally {
      dump.close();
    }
  } catch (error) {
    if (error.name === 'DumpError') return error.code;
    throw error;
  }
}

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-dumps-'));
const outcomes = {};
let slowest = 0;
try {
  const [file, typesFile] = ['dump', 'types'].map((name) => join(folder, name));
  for (let i = 0; i < Number(process.argv[3]); i++) {
    const kind = random(8);
    writeFileSync(file, kind < 5 ? damagedPages() : kind < 7 ? damagedFile() : files[0]);
    writeFileSync(typesFile, kind === 7 ? damagedTypes() : types);
    const start = process.cpuUsage();
    const outcome = lookAtAll(file, typesFile);
    const { user, system } = process.cpuUsage(start);
    slowest = Math.max(slowest, (user + system) / 1000);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(JSON.stringify({ outcomes, slowest }));
