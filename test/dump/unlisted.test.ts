// SPDX-License-Identifier: GPL-2.0-only
/** Gmaps that a CPU has enabled, and that no process lists any more. */
import { describe, expect, it } from 'vitest';
import { Dump } from '../../lib/dump/dump.js';
import { openFormat } from '../../lib/dump/formats/open.js';
import { DumpGmaps } from '../../lib/dump/gmaps.js';
import { KernelMemory } from '../../lib/dump/kernel/kernel-memory.js';
import type { DumpGmap } from '../../lib/dump/model.js';
import { DumpStorage } from '../../lib/dump/storage.js';
import { readTypes } from '../../lib/dump/types/types-file.js';
import { RandomAccessFile } from '../../lib/files/random-access.js';
import { count, fixture, open, parts, type Words, withWords, writeElf, writer } from './fixture.js';

const types = readTypes(fixture.types);
const format = openFormat([new RandomAccessFile(fixture.dump)]);
const gmapsOf = (words: Words) => new DumpGmaps(new KernelMemory(new DumpStorage(withWords(format, words)), types));

const sound = gmapsOf(new Map());
const { memory, lowcores } = sound;
const [g0, g1] = sound.gmaps as [DumpGmap, DumpGmap];
const at = (struct: string, address: bigint, member: string) =>
  memory.absolute(memory.at(struct, address, member)) as bigint;
const list = (gmap: DumpGmap) => memory.at('gmap', gmap.address, 'list');
const head = memory.at('mm_struct', g0.process.mm, 'context.gmap_list');

/** As gmap_remove leaves g0, which the CPU has enabled. */
const removed: Words = new Map([
  [(lowcores[0] as bigint) + BigInt(types.field('lowcore', 'gmap').offset), g0.address],
  [at('mm_struct', g0.process.mm, 'context.gmap_list') + 8n, list(g1)],
  [at('gmap', g1.address, 'list'), head],
]);

describe('a gmap that is enabled and on no list', () => {
  it('is found as long as there are references', () => {
    const { gmaps, unlisted, problems } = gmapsOf(removed);
    expect(gmaps.map(({ address }) => address)).toEqual([g1.address]);
    expect(unlisted).toMatchObject([
      { name: 'cpu0', address: g0.address, process: { name: 'mm0' }, asce: g0.asce, end: g0.end },
    ]);
    expect(unlisted[0]?.mapped).toEqual(g0.mapped);
    expect(problems).toEqual([]);
  });

  it.each([
    ['freed', at('gmap', g0.address, 'ref_count') & -8n, 0n],
    ['of no process', at('gmap', g0.address, 'mm'), 0x123n],
    ['of another table', at('gmap', g0.address, 'table'), 0x1000n],
    ['torn', at('gmap', g0.address, 'crst_list'), 0xdead_0000_0000n],
  ])('is none if it is %s, and no problem', (_, address, word) => {
    const { unlisted, problems } = gmapsOf(new Map([...removed, [address, word]]));
    expect({ unlisted, problems }).toEqual({ unlisted: [], problems: [] });
  });

  it('has a name that commands take', () => {
    const { pages, notes } = parts();
    for (const [address, word] of removed) {
      const page = Buffer.from(pages.get(Number(address >> 12n)) as Buffer);
      page.writeBigUInt64BE(word, Number(address & 0xfffn));
      pages.set(Number(address >> 12n), page);
    }
    using dump = open(writer()(writeElf(pages, notes, count)));
    expect(dump).toBeInstanceOf(Dump);
    expect(dump.gmaps.length).toBe(1);
    expect(dump.inspect('cpu0', 0x1000n)).toMatchObject({ space: 'cpu0', guestToHost: { vmaddr: 0x10000000000n } });
    expect(dump.dump('cpu0').length).toBeGreaterThan(1);
    expect([...dump.facts()][0]).toBe('lowcore dangling');
  });
});
