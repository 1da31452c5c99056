// SPDX-License-Identifier: GPL-2.0-only
/** Dumps of booted kernels, cut down to what is read of them, and that of 6.12 taken apart: tests change it, and write it in any format. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { DumpFormat } from '../../lib/dump/formats/format.js';
import { openFormat } from '../../lib/dump/formats/open.js';
import { type Dump, openDump } from '../../lib/dump/index.js';
import { RandomAccessFile } from '../../lib/files/random-access.js';
import type { shootDump } from '../../lib/film/shoot-dump.js';
import { type Fact, parseTrace } from '../../lib/index.js';
import { printFact, printKey } from '../../lib/trace/print.js';
import { callsOf } from '../../lib/trace/program.js';

const at = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
export const fixtureOf = (kernel: string): Fixture => ({
  dump: at(`linux-${kernel}.kdump`),
  types: at(`linux-${kernel}.btf`),
  recording: at(`linux-${kernel}.trace`),
});
export const fixture: Fixture = fixtureOf('6.12');
/** Of these there is one. The types of the first two are not from the kernel, but from its headers: `kernel install`. */
export const kernels = ['5.10', '6.1', '6.12'] as const;

export interface Fixture {
  readonly dump: string;
  readonly types: string;
  readonly recording: string;
}

const PAGE = 4096;
/** Of the guest that the fixture is of. */
export const count = (512 << 20) / PAGE;

export interface Note {
  readonly name: string;
  readonly type: number;
  readonly data: Buffer;
}
type Pages = ReadonlyMap<number, Buffer>;
interface KdumpOptions {
  readonly count: number;
  readonly compress?: 'none' | 'zlib' | 'lzo' | 'snappy' | 'zstd';
  readonly range?: readonly [first: number, end: number];
}

const script = (name: string) => new URL(`../../scripts/dumps/${name}.mjs`, import.meta.url).href;
export const { writeElf, writeKdump, flatten } = (await import(script('write'))) as {
  /** `count`: of all pages of the machine, where those that are left out are zeros. */
  readonly writeElf: (pages: Pages, notes: readonly Note[], count?: number) => Buffer;
  readonly writeKdump: (pages: Pages, notes: readonly Note[], options: KdumpOptions) => Buffer;
  readonly flatten: (file: Buffer) => Buffer;
};

const { partsOf } = (await import(script('parts'))) as {
  readonly partsOf: (format: DumpFormat, count: number) => { pages: Map<number, Buffer>; notes: readonly Note[] };
};

export interface Damaged {
  readonly kind: string;
  /** What openDump takes. */
  readonly dump: string | readonly string[];
  readonly types: string;
}
interface Looking {
  readonly openDump: typeof openDump;
  readonly shootDump: typeof shootDump;
  readonly parseTrace: typeof parseTrace;
}
type Random = (end: number) => number;
interface Whole {
  readonly pages: Pages;
  readonly notes: readonly Note[];
  readonly count: number;
  readonly types: string;
}
export const { Damages, lookAtAll, randomOf } = (await import(script('damages'))) as {
  readonly Damages: new (whole: Whole, folder: string, random: Random) => { next(): Damaged; close(): void };
  /** What came of it: `problems`, `no problem`, or the code of a DumpError. */
  readonly lookAtAll: (looking: Looking, dump: string | readonly string[], types: string) => string;
  readonly randomOf: (seed: number) => Random;
};

/** The pages of the fixture that are not all zeros, and its notes. */
export function parts(): { readonly pages: Map<number, Buffer>; readonly notes: readonly Note[] } {
  const file = new RandomAccessFile(fixture.dump);
  const format = openFormat([file]);
  const taken = partsOf(format, count);
  file.close();
  return taken;
}

/** A folder that is removed when the tests of the file that asks are over. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-dump-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What makes files with these bytes in such a folder. */
export function writer(): (bytes: Buffer) => string {
  const folder = scratchFolder();
  let files = 0;
  return (bytes) => {
    const path = join(folder, `${files++}`);
    writeFileSync(path, bytes);
    return path;
  };
}

export const open = (path: string | readonly string[], { types } = fixture): Dump => openDump(path, { types });

/** What the module observed at the end of the program, without storage keys: no dump has them. */
export function recordedFacts({ recording: file } = fixture): string[] {
  const recording = parseTrace(readFileSync(file, 'utf8'), file);
  const facts = new Map<string, Fact>();
  for (const { changes } of callsOf(recording))
    for (const change of changes) {
      const key = printKey(change.sign === '+' ? change.fact : change.key);
      if (change.sign === '+') facts.set(key, change.fact);
      else facts.delete(key);
    }
  return [...facts.values()].map((fact) => printFact(fact).replace(/ key=\S+/, ''));
}

/** Host addresses whose pages the recording watches. */
export function watched({ recording: file } = fixture): bigint[] {
  const recording = parseTrace(readFileSync(file, 'utf8'), file);
  return callsOf(recording).flatMap(({ name, args }) => (name === 'watch' ? args.slice(1) : []));
}

export type Words = ReadonlyMap<bigint, bigint>;

/** A dump with other words, by their absolute addresses. */
export const withWords = (format: DumpFormat, words: Words): DumpFormat => ({
  kind: format.kind,
  notes: format.notes,
  end: format.end,
  absoluteOf: () => undefined,
  page(absolute) {
    const page = format.page(absolute);
    if (!page) return undefined;
    const copy = Buffer.from(page);
    for (const [address, word] of words) {
      const at = Number(address) - absolute;
      if (at >= 0 && at < copy.length) copy.writeBigUInt64BE(word, at);
    }
    return copy;
  },
});
