// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/dumps/make-fixtures.mjs KERNEL…: test/dump/fixtures of booted kernels that are installed. Each executes state.trace;
 * of the dump of that only the bytes are kept that lib/dump reads, of the kernel's types what it asks for, and what the module observed.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkDump } from '../../dist/dump/check/check.js';
import { DumpState } from '../../dist/dump/check/dump-state.js';
import { pageTablesOf } from '../../dist/dump/check/host-tables.js';
import { factsOf } from '../../dist/dump/facts.js';
import { openFormat } from '../../dist/dump/formats/open.js';
import { DumpGmaps } from '../../dist/dump/gmaps.js';
import { KernelMemory } from '../../dist/dump/kernel/kernel-memory.js';
import { lowcoreWord } from '../../dist/dump/kernel/tasks.js';
import { vmasOf } from '../../dist/dump/kernel/vmas.js';
import { DumpStorage } from '../../dist/dump/storage.js';
import { Types } from '../../dist/dump/types/btf.js';
import { readTypes } from '../../dist/dump/types/types-file.js';
import { wantedMembers, withOuter } from '../../dist/dump/types/wanted.js';
import { writeBtf } from '../../dist/dump/types/write-btf.js';
import { RandomAccessFile } from '../../dist/files/random-access.js';
import { parseTrace, printTrace } from '../../dist/index.js';
import { Session, useKernel } from '../../dist/kernel/index.js';
import { Failure, root, script } from '../steps.mjs';
import { writeKdump } from './write.mjs';

const out = `${root}test/dump/fixtures`;
const PAGE = 4096;
/** What docs/dumps.md shows. */
const WITH_STRAY = '6.12';
/** Of the guest of the first gmap, which maps nothing there. */
const STRAY_SEGMENT = 9;
/** Of the guest. */
const PAGES = (512 << 20) / PAGE;

const watchedOf = (program) =>
  program.items.filter(({ name }) => name === 'watch').flatMap(({ args }) => args.slice(1));

/** Keeps what was read of each page; the rest of it is zeros. */
class RememberingStorage extends DumpStorage {
  pages = new Map();

  bytes(absolute, length) {
    const bytes = super.bytes(absolute, length);
    for (let done = 0; bytes && done < length; ) {
      const at = Number(absolute) + done;
      const [number, first] = [Math.floor(at / PAGE), at % PAGE];
      const part = bytes.subarray(done, done + PAGE - first);
      if (!this.pages.has(number)) this.pages.set(number, Buffer.alloc(PAGE));
      part.copy(this.pages.get(number), first);
      done += part.length;
    }
    return bytes;
  }
}

/** The types of a kernel in a few kilobytes. */
function prunedTypes(types) {
  const structs = Object.entries(wantedMembers).filter(([name]) => types.has(name));
  return writeBtf(
    structs.map(([name, paths]) => {
      const there = withOuter(paths).filter((path) => types.hasField(name, path));
      const fields = new Map(there.map((path) => [path, types.field(name, path)]));
      return { name, size: types.sizeOf(name), fields };
    }),
  );
}

/** Those that were made when the kernel was installed. Where it has types in it, they must be the same. */
function typesOf(format, typesFile) {
  const made = prunedTypes(readTypes(typesFile));
  try {
    const own = prunedTypes(new KernelMemory(new DumpStorage(format)).types);
    if (!own.equals(made)) throw new Failure(`${typesFile} is not what the kernel says of its types`);
    console.log(`${typesFile}: as the kernel's own types say`);
  } catch (error) {
    if (error.code !== 'ERR_DUMP_TYPES') throw error;
  }
  return made;
}

const formatAs = (format) => ({
  kind: format.kind,
  end: format.end,
  page: (absolute) => format.page(absolute),
  absoluteOf: (virtual) => format.absoluteOf(virtual),
});

/** What is read of locks where one is held, which is nowhere in these dumps. */
function readLocks(gmaps) {
  const { memory, processes, lowcores } = gmaps;
  const state = new DumpState(gmaps);
  for (const process of processes) {
    const held = state.locksOf(process);
    if (held.length > 0) throw new Failure(held.join('\n'));
    for (const table of pageTablesOf(memory.storage, process).keys()) state.lockOf(table);
  }
  for (const lowcore of lowcores) lowcoreWord(memory, lowcore, 'cpu_nr');
  const tasks = [
    ...lowcores.map((lowcore) => lowcoreWord(memory, lowcore, 'current_task')),
    ...processes.map(({ task }) => task),
  ];
  for (const task of tasks) {
    for (const member of ['pid', 'on_cpu', 'thread_info.cpu|cpu']) memory.get('task_struct', task, member);
    memory.text('task_struct', task, 'comm');
  }
}

/** Everything that lib/dump reads of a dump, once its types are known. Answers { pages, notes, types }. */
function readThrough(path, typesFile, watched) {
  const file = new RandomAccessFile(path);
  const format = openFormat([file]);
  const types = typesOf(format, typesFile);
  const storage = new RememberingStorage(format);
  const gmaps = new DumpGmaps(new KernelMemory(storage, new Types(types)));
  for (const _ of factsOf(gmaps, watched));
  for (const { mm } of gmaps.processes) vmasOf(gmaps.memory, mm);
  const problems = checkDump(gmaps);
  readLocks(gmaps);
  if (problems.length > 0) throw new Failure(problems.map(({ rule, text }) => `${rule}: ${text}`).join('\n'));
  // As a kernel that runs is read: no CPU has notes.
  storage.format = { ...formatAs(format), notes: [] };
  for (const _ of new DumpGmaps(new KernelMemory(storage, new Types(types))).gmaps);
  file.close();
  return { pages: storage.pages, notes: format.notes, types, gmaps };
}

/**
 * As real kernels have it once their dirty log was read while the process unmapped memory: a guest's segment entry goes on to name a page
 * table, and host_to_guest does not know of it.
 */
function withStrayEntry(pages, { gmaps: [gmap] }) {
  const [, linked] = [...gmap.linked][0];
  const at = Number(gmap.table) + 8 * STRAY_SEGMENT;
  const [from, to] = [linked, BigInt(at)].map((absolute) => [
    Math.floor(Number(absolute) / PAGE),
    Number(absolute) % PAGE,
  ]);
  const page = Buffer.from(pages.get(to[0]));
  pages.get(from[0]).copy(page, to[1], from[1], from[1] + 8);
  return new Map(pages).set(to[0], page);
}

async function make(name) {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-dump-'));
  try {
    const program = parseTrace(readFileSync(`${out}/state.trace`, 'utf8'), 'state.trace');
    const session = await Session.open(await useKernel(name));
    const recording = await session.record(program);
    await session.dump(join(folder, 'dump'), 'kdump-zlib');
    await session.close();
    const { pages, notes, types, gmaps } = readThrough(join(folder, 'dump'), session.kernel.types, watchedOf(program));
    writeFileSync(`${out}/linux-${name}.trace`, printTrace(recording));
    writeFileSync(`${out}/linux-${name}.kdump`, writeKdump(pages, notes, { count: PAGES }));
    writeFileSync(`${out}/linux-${name}.btf`, types);
    if (name === WITH_STRAY)
      writeFileSync(
        `${out}/linux-${name}-stray.kdump`,
        writeKdump(withStrayEntry(pages, gmaps), notes, { count: PAGES }),
      );
    console.log(`linux-${name}: ${pages.size} pages`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await script(async () => {
  const names = process.argv.slice(2);
  if (names.length === 0) throw new Failure('usage: node scripts/dumps/make-fixtures.mjs KERNEL…');
  for (const name of names) await make(name);
});
