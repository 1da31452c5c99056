// SPDX-License-Identifier: GPL-2.0-only
/** Films of crash dumps: one picture, with everything that the dump has. */
import { expect, it } from 'vitest';
import { type Dump, openDump } from '../../lib/dump/index.js';
import { FilmPlayer, shootDump, walkChain } from '../../lib/inspect/index.js';
import { mappingFlags } from '../../lib/inspect/mappings.js';
import { entryCount } from '../../lib/inspect/tables.js';
import { fixture, open, parts, writeElf, writer } from '../dump/fixture.js';

const written = writer();
const playerOf = (dump: Dump) => new FilmPlayer(JSON.parse(JSON.stringify(shootDump(dump, 'vmcore'))));

it('has all tables, address spaces, mappings and facts of the dump, and nothing else', () => {
  using dump = open(fixture.dump);
  const player = playerOf(dump);
  expect(player.film).toMatchObject({
    kernel: dump.release,
    dump: { format: 'kdump-compressed', problems: [] },
    calls: [],
  });
  expect(player.mms().map(({ name, asce }) => ({ name, asce }))).toEqual(
    dump.processes.map(({ name, asce }) => ({ name, asce })),
  );
  expect(player.gmaps().map(({ name, end }) => ({ name, end }))).toEqual(
    dump.gmaps.map(({ name, end }) => ({ name, end })),
  );
  const { tables } = dump.graph();
  expect(tables.length).toBeGreaterThan(10);
  for (const { level, origin } of tables) {
    const count = entryCount(level) * (level === 'PTE' ? 2 : 1);
    expect(player.words(origin, count)).toEqual(dump.storage.words(origin, count));
  }
  expect(player.mappings('mm0').map(({ start, end, flags }) => ({ start, end, flags }))).toEqual(
    dump.mappings('mm0').map((mapping) => ({ start: mapping.start, end: mapping.end, flags: mappingFlags(mapping) })),
  );
  expect([...player.map('fact')].map(([key, fields]) => `${key} ${fields}`).sort()).toEqual([...dump.facts()].sort());
  expect(player.map('key').size).toBe(0);
});

it('says what is wrong', () => {
  using dump = open(fixture.dump.replace('.kdump', '-stray.kdump'));
  expect(shootDump(dump, 'vmcore').dump?.problems).toEqual([
    { rule: 'I6', text: expect.stringMatching(/^g0: segment 0x900000 uses the page table of /), held: [] },
  ]);
});

it('does not know the words of a table that is not in the dump', () => {
  using whole = open(fixture.dump);
  const { tables } = whole.graph();
  const lost = tables.find(({ level, owners }) => level === 'PTE' && owners.some(({ space }) => space === 'g0'));
  const { origin } = lost as (typeof tables)[number];
  const { pages, notes } = parts();
  pages.delete(Number(origin >> 12n));
  using dump = open(written(writeElf(pages, notes)));
  const player = playerOf(dump);
  expect(player.words(origin, 256)).toBe(undefined);
  const [g0] = player.gmaps();
  const start = lost?.owners.find(({ space }) => space === 'g0')?.start ?? 0n;
  expect(walkChain(player, g0?.asce ?? 0n, start)).toEqual(walkChain(dump.storage, g0?.asce ?? 0n, start));
});

it('takes a dump, and nothing else', () => {
  expect(() => shootDump({} as Dump, 'x')).toThrow('shootDump: dump must be a Dump, not ');
  const dump = open(fixture.dump);
  expect(() => shootDump(dump, 1 as never)).toThrow('shootDump: source must be a string, not the number 1');
  dump.close();
  expect(() => shootDump(dump, 'x')).toThrow(expect.objectContaining({ code: 'ERR_DUMP_CLOSED' }));
  expect(() => openDump(fixture.dump, { types: fixture.types }).mappings('g0')).toThrow(
    'g0 is a gmap: only processes have mappings, as mm0',
  );
});
