// SPDX-License-Identifier: GPL-2.0-only
/** What the module observed, held against dumps of booted kernels after the same program. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { hostSegment, PAGE_TABLE_ORIGIN } from '../../lib/dump/entries.js';
import { openFormat } from '../../lib/dump/formats/open.js';
import { DumpGmaps } from '../../lib/dump/gmaps.js';
import { KernelMemory } from '../../lib/dump/kernel/kernel-memory.js';
import type { DumpGmap } from '../../lib/dump/model.js';
import { DumpStorage } from '../../lib/dump/storage.js';
import { readTypes } from '../../lib/dump/types/types-file.js';
import { RandomAccessFile } from '../../lib/files/random-access.js';
import { compareDump } from '../../lib/kernel/compare-dump.js';
import { dumpNames } from '../../lib/kernel/dump-names.js';
import { parseTrace } from '../../lib/trace/index.js';
import { callsOf } from '../../lib/trace/program.js';
import { count, fixture, fixtureOf, kernels, parts, writeKdump, writer } from '../dump/fixture.js';
import { traceText } from '../trace/recordings.js';

const recorded = readFileSync(fixture.recording, 'utf8');

/** Answers what differs once the recording was changed so. */
function compare(change: (text: string) => string = (text) => text, dump = fixture.dump) {
  const text = change(recorded);
  return compareDump(parseTrace(text, 'changed.trace'), dump, fixture.types);
}

const replaced = (from: string, to: string) => (text: string) => {
  expect(text).toContain(from);
  return text.replace(from, to);
};

/** As if there had been gmaps before that are gone, whose handles were used again. */
const renamed = (text: string) =>
  text
    .replaceAll(/\bg0\b/g, 'g7')
    .replaceAll(/\bg1\b/g, 'g0')
    .replace('gmap_create(', ['gmap_create(mm0, 0x0) = g0', 'gmap_remove(g0)', 'gmap_create('].join('\n'));

describe('compareDump', () => {
  it('finds nothing where the dump is of the same moment', () => {
    expect(compare()).toBeUndefined();
  });

  it.each(kernels)('finds nothing where the kernel is %s', (kernel) => {
    const { recording, dump, types } = fixtureOf(kernel);
    expect(compareDump(parseTrace(readFileSync(recording, 'utf8')), dump, types)).toBeUndefined();
  });

  it('knows gmaps by their age, whatever their handles', () => {
    expect(compare(renamed)).toBeUndefined();
  });

  it.each([
    ['gmap g0 asce=0x1c3', 'gmap g0 asce=0x1c7'],
    ['g2h g0 0x0 0x10000000000', 'g2h g0 0x0 0x10000100000'],
    ['h2g g1 0x10000200000 0x12300000', 'h2g g1 0x10000200000 0x12400000'],
    ['entry g1 r3 ', 'entry g1 r2 '],
    ['lowcore g1', 'lowcore g0'],
    ['lowcore g1', 'lowcore none'],
  ])('%s in the dump, and %s', (inDump, instead) => {
    const difference = compare(replaced(inDump, instead));
    expect(difference).toMatchObject({ what: 'fact' });
    expect(`${difference?.expected} ${difference?.got}`).toContain(inDump.replace(/ .*/, ''));
  });

  it('reference and change bits count, keys do not', () => {
    const page = /pte 0x10000001000 anon pte=0x\w+ pgste=0x(\w+) .*key=0x\w+/;
    const difference = compare((text) =>
      text.replaceAll(new RegExp(page, 'g'), (fact) => fact.replace('pgste=0x', 'pgste=0x1')),
    );
    expect(difference?.expected).toMatch(/^pte 0x10000001000 /);
    expect(compare((text) => text.replaceAll(/ key=0x\w+/g, ' key=0xf0'))).toBeUndefined();
  });

  it('a fact more, and a fact less', () => {
    expect(compare((text) => `${text}observe(1)\n  + g2h g0 0x40000000 0x10000000000\n`)).toEqual({
      what: 'fact',
      expected: 'g2h g0 0x40000000 0x10000000000',
      got: null,
    });
    expect(compare((text) => `${text}observe(1)\n  - g2h g0 0x0\n`)).toEqual({
      what: 'fact',
      expected: null,
      got: 'g2h g0 0x0 0x10000000000',
    });
  });

  it('an enabled gmap that the module knows to be freed is some gmap in a dump', () => {
    expect(compare((text) => `${text}observe(1)\n  + lowcore dangling\n`)).toBeUndefined();
  });

  it('tells a problem where nothing differs', () => {
    // The stray entry is a fact, too; nothing is observed of this program.
    const unobserved = traceText('gmap_create(mm0, 0x0) = g0');
    expect(compare(() => unobserved)).toBeUndefined();
    expect(compare(() => unobserved, fixture.dump.replace('.kdump', '-stray.kdump'))).toMatchObject({
      what: 'problem',
      expected: null,
      got: expect.stringMatching(/^I6: g0: segment 0x900000 uses the page table of 0x10000000000, /),
    });
  });
});

describe('problems that a program brings about', () => {
  const { pages, notes } = parts();
  const written = writer();
  const file = new RandomAccessFile(fixture.dump);
  afterAll(() => file.close());
  const { memory, gmaps } = new DumpGmaps(
    new KernelMemory(new DumpStorage(openFormat([file])), readTypes(fixture.types)),
  );
  const [g0] = gmaps as [DumpGmap];

  /** Words that are 0 in place of what they are: of a page's PGSTE, or the root of guest_to_host. */
  const places = {
    I9: () => memory.absolute(memory.at('xarray', memory.at('gmap', g0.address, 'guest_to_host'), 'xa_head')) as bigint,
    I12: () => ((hostSegment(memory.storage, g0.process, 0x10000000000n) as bigint) & PAGE_TABLE_ORIGIN) + 0x800n,
  };
  const damaged = (rule: keyof typeof places) => {
    const at = Number(places[rule]());
    const page = Buffer.from(pages.get(at >> 12) as Buffer);
    page.writeBigUInt64BE(0n, at & 0xfff);
    return written(writeKdump(new Map(pages).set(at >> 12, page), notes, { count }));
  };

  it.each([
    ['I9', '__gmap_link(g0, 0x0, 0x10000000000) = 0'],
    ['I12', 'store(mm0, 0x10000000000, 0x1) = 0\ns390_enable_sie(mm0) = 0'],
  ] as const)('%s', (rule, cause) => {
    const dump = damaged(rule);
    expect(compare(() => traceText('s390_enable_sie(mm0) = 0', 'gmaps(mm0)'), dump)).toMatchObject({
      what: 'problem',
      got: expect.stringMatching(`^${rule}: `),
    });
    expect(compare(() => traceText(...cause.split('\n'), 'gmaps(mm0)'), dump)).toBeUndefined();
  });
});

describe('dumpNames', () => {
  const namesAfter = (...lines: string[]) => {
    const { gmaps, newestIsFirst } = dumpNames(callsOf(parseTrace(traceText(...lines))));
    return { gmaps: Object.fromEntries(gmaps), newestIsFirst };
  };

  it('counts what is listed, by process and age', () => {
    const lines = ['gmap_create(mm0, 0x0) = g2', 'gmap_create(mm0, 0x0) = g1', 'gmap_create(mm0, 0x0) = g5'];
    expect(namesAfter(...lines)).toEqual({ gmaps: { 2: 0, 1: 1, 5: 2 }, newestIsFirst: true });
    expect(namesAfter(...lines, 'gmap_get(g1)', 'gmap_remove(g1)')).toMatchObject({ gmaps: { 2: 0, 5: 1 } });
    expect(namesAfter(...lines, 'gmap_remove(g2)', 'gmap_create(mm0, 0x0) = g2')).toMatchObject({
      gmaps: { 1: 0, 5: 1, 2: 2 },
    });
    expect(namesAfter(...lines, 'gmap_create(mm0, 0x0) = NULL')).toMatchObject({ gmaps: { 2: 0, 1: 1, 5: 2 } });
  });

  it('a process is there until it exits', () => {
    const lines = ['gmap_create(mm0, 0x0) = g0', 'exec() = mm1'];
    expect(namesAfter(...lines)).toEqual({ gmaps: { 0: 0 }, newestIsFirst: false });
    expect(namesAfter(...lines, 'gmap_create(mm1, 0x0) = g1')).toEqual({ gmaps: { 0: 0, 1: 1 }, newestIsFirst: false });
    expect(namesAfter(...lines, 'gmap_create(mm1, 0x0) = g1', 'exit(mm0)')).toEqual({
      gmaps: { 1: 0 },
      newestIsFirst: true,
    });
    expect(namesAfter(...lines, 'exit(mm1)')).toEqual({ gmaps: { 0: 0 }, newestIsFirst: false });
    expect(namesAfter('gmap_create(mm0, 0x0) = g0', 'exit(mm0)')).toEqual({ gmaps: {}, newestIsFirst: false });
  });
});
