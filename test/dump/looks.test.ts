// SPDX-License-Identifier: GPL-2.0-only
/** A kernel that runs is looked at several times: what is only half done, or torn, is told from what stays. */
import { openSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkInLooks } from '../../lib/dump/check/looks.js';
import { openFormat } from '../../lib/dump/formats/open.js';
import { DumpGmaps } from '../../lib/dump/gmaps.js';
import { DumpError } from '../../lib/dump/index.js';
import { KernelMemory } from '../../lib/dump/kernel/kernel-memory.js';
import type { DumpGmap } from '../../lib/dump/model.js';
import { DumpStorage } from '../../lib/dump/storage.js';
import { readTypes } from '../../lib/dump/types/types-file.js';
import { RandomAccessFile } from '../../lib/files/random-access.js';
import {
  count,
  fixture,
  open,
  parts,
  recordedFacts,
  type Words,
  watched,
  withWords,
  writeElf,
  writer,
} from './fixture.js';

const types = readTypes(fixture.types);
const format = openFormat([new RandomAccessFile(fixture.dump)]);
const written = writer();

const gmapsOf = (words: Words) => new DumpGmaps(new KernelMemory(new DumpStorage(withWords(format, words)), types));

const sound = gmapsOf(new Map());
const { memory } = sound;
const [, g1] = sound.gmaps as [DumpGmap, DumpGmap];
const at = (struct: string, address: bigint, member: string) =>
  memory.absolute(memory.at(struct, address, member)) as bigint;

const nothing: Words = new Map();
/** I2: the highest address of g1 is none. */
const wrongEnd = at('gmap', g1.address, 'asce_end');
const wrong: Words = new Map([[wrongEnd, 0x7ff_ffff_ffffn]]);
const held: Words = new Map([[at('mm_struct', g1.process.mm, 'mmap_lock.count.counter'), 1n]]);
const torn: Words = new Map([
  [(sound.lowcores[0] as bigint) + BigInt(types.field('lowcore', 'current_task').offset), 0x123n],
]);
const both = (...all: readonly Words[]): Words => new Map(all.flatMap((words) => [...words]));

/** Looks at one state after the other; the last one stays. */
function look(...states: readonly Words[]) {
  let next = 0;
  return () => gmapsOf(states[Math.min(next++, states.length - 1)] as Words);
}
const check = (...states: readonly Words[]) => checkInLooks(look(...states), { looks: 4, pause: 0 });

describe('a problem of a kernel that runs', () => {
  const told = [{ rule: 'I2', text: expect.stringMatching(/^g1: highest address 0x7ffffffffff, /) }];

  it('is one if it stays, with no lock held', async () => {
    expect(await check(wrong)).toEqual({ problems: told, unsure: [], looks: 4, torn: 0 });
  });

  it('is none if it goes, or comes later', async () => {
    expect(await check(wrong, nothing)).toEqual({ problems: [], unsure: [], looks: 2, torn: 0 });
    expect(await check(wrong, wrong, nothing, wrong)).toEqual({ problems: [], unsure: [], looks: 3, torn: 0 });
    expect(await check(nothing, wrong)).toEqual({ problems: [], unsure: [], looks: 1, torn: 0 });
  });

  it('needs looks at which no lock is held, and is told as unsure if there are none', async () => {
    const locked = both(wrong, held);
    const { problems, unsure, looks } = await check(locked, wrong, locked, wrong, wrong, locked, wrong);
    expect({ problems, unsure, looks }).toEqual({ problems: told, unsure: [], looks: 7 });
    const always = await check(locked);
    expect(always).toMatchObject({ problems: [], looks: 32 });
    expect(always.unsure[0]?.held[0]).toMatch(/^mmap_lock of mm0/);
  });

  it('is looked for again where something is torn', async () => {
    expect(await check(torn, wrong, torn, torn, wrong)).toMatchObject({
      problems: told,
      looks: 4,
      torn: 3,
    });
    await expect(check(torn)).rejects.toThrow(DumpError);
  });

  it('is the same when its gmap has another name', async () => {
    const [head, list] = [at('mm_struct', g1.process.mm, 'context.gmap_list'), at('gmap', g1.address, 'list')];
    // g0 is gone: only g1 is on the list.
    const alone: Words = new Map([
      [head + 8n, memory.at('gmap', g1.address, 'list')],
      [list, memory.at('mm_struct', g1.process.mm, 'context.gmap_list')],
    ]);
    expect(gmapsOf(alone).all.map(({ name, address }) => [name, address])).toEqual([['g0', g1.address]]);
    const { problems } = await check(wrong, wrong, both(wrong, alone));
    expect(problems).toEqual([{ rule: 'I2', text: expect.stringMatching(/^g0: highest address/) }]);
  });
});

describe('/proc/kcore', () => {
  it('has no notes of CPUs, and is read anew for each look', async () => {
    const { pages } = parts();
    const path = written(writeElf(pages, [], count));
    using dump = open(path);
    expect([...dump.facts(watched())].sort()).toEqual(recordedFacts().sort());
    expect(dump.isLive).toBe(false);
    expect(await dump.checkInLooks({ pause: 0 })).toMatchObject({ problems: [], looks: 1 });
    // The machine goes on.
    const place = [...pages.keys()].sort((a, b) => a - b).indexOf(Number(wrongEnd >> 12n));
    const file = openSync(path, 'r+');
    const { size } = new RandomAccessFile(path);
    const to = size - (pages.size - place) * 4096 + Number(wrongEnd & 0xfffn);
    writeSync(file, Buffer.from('000007ffffffffff', 'hex'), 0, 8, to);
    expect(await dump.checkInLooks({ pause: 0, looks: 2 })).toMatchObject({
      problems: [{ rule: 'I2', text: expect.stringMatching(/^g1: /) }],
      looks: 2,
    });
  });

  it('takes what it is given', async () => {
    using dump = open(fixture.dump);
    await expect(dump.checkInLooks({ looks: 0 })).rejects.toThrow('looks must be a whole number from 1 to 1000, not 0');
    await expect(dump.checkInLooks({ wait: 1 } as never)).rejects.toThrow(/options has no "wait"/);
    dump.close();
    await expect(dump.checkInLooks()).rejects.toThrow('the dump was closed');
  });

  it.runIf(process.platform === 'linux')('has no size that says how much there is', () => {
    const file = new RandomAccessFile('/proc/self/status');
    expect(file.isInProc).toBe(true);
    expect(file.read(0, 5).toString('latin1')).toBe('Name:');
    expect(file.read(2 ** 40, 5).length).toBe(0);
    file.close();
  });
});
