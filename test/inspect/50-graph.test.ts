// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { graphToJson, printDot, tableGraph } from '../../lib/inspect/index.js';
import { HOST, newGmap, newGuest, PAGE, SEGMENT } from '../machine/fixture.js';

describe('tableGraph', () => {
  it('has a shared page table once, with an arrow from each side', () => {
    const { machine, mm, gmap } = newGuest();
    const other = newGmap(mm, 0n);
    unwrap(other.mapSegment({ from: HOST, to: SEGMENT, length: SEGMENT }));
    unwrap(gmap.fault(0n));
    unwrap(other.fault(SEGMENT));
    const { tables, links } = tableGraph(machine);
    const shared = tables.filter(({ level }) => level === 'PTE');
    expect(shared).toMatchObject([
      {
        used: 1,
        owners: [
          { space: 'mm0', start: HOST },
          { space: 'g0', start: 0n },
          { space: 'g1', start: SEGMENT },
        ],
      },
    ]);
    expect(links.filter(({ to }) => to === shared[0]?.origin)).toHaveLength(3);
    expect(tables.map(({ level }) => level)).toEqual(['RTTE', 'STE', 'STE', 'STE', 'PTE']);
  });

  it('counts every table that the machine has', () => {
    const { machine, mm, gmap } = newGuest();
    for (let i = 0n; i < 4n; i++) unwrap(gmap.fault(i * SEGMENT + PAGE, { write: true }));
    const { tables } = tableGraph(machine);
    const frames = tables.reduce((sum, { level }) => sum + (level === 'PTE' ? 1 : 4), 0);
    const pages = mm
      .dump({ without: ['I'] })
      .reduce((sum, { start, last }) => sum + Number((last - start + 1n) / PAGE), 0);
    expect(frames + pages).toBe(machine.counts().frames);
  });
});

describe('printDot', () => {
  it('draws gmaps against the arrows, so that they stand on the right', () => {
    const { machine, gmap } = newGuest();
    unwrap(gmap.fault(0n));
    const dot = printDot(tableGraph(machine));
    expect(dot).toMatch(/^digraph tables \{\n {2}rankdir=LR;/);
    expect(dot).toMatch(/ {2}t[0-9a-f]+ -> g0 \[dir=back\];/);
    expect(dot).toMatch(/ {2}mm0 -> t[0-9a-f]+;/);
    expect(dot.match(/\[label="PTE /g)).toHaveLength(1);
  });
});

describe('graphToJson', () => {
  it('has every entry, with names for its bits', () => {
    const { machine, gmap } = newGuest();
    unwrap(gmap.fault(PAGE, { write: true }));
    const json = JSON.parse(JSON.stringify(graphToJson(machine)));
    expect(json).toMatchObject({ kernel: 'linux-4.7', spaces: [{ name: 'mm0' }, { name: 'g0' }] });
    expect(json.mappings[0].mappings[0]).toMatchObject({ start: '0x10000000000', write: true });
    const table = json.tables.find(({ level }: { level: string }) => level === 'PTE');
    expect(table.entries).toMatchObject([
      { index: 1, flags: ['WRITE', 'READ', 'DIRTY', 'YOUNG', 'PRESENT'], pgsteFlags: ['UC', 'USAGE=stable'] },
    ]);
  });
});

describe('graphToJson of two processes', () => {
  it('takes for PGSTEs only what a process with PGSTEs has', () => {
    const { machine, gmap } = newGuest();
    unwrap(gmap.fault(PAGE, { write: true }));
    machine.sysctlAllocatePgste = false;
    const other = unwrap(machine.exec());
    unwrap(other.mmap({ address: HOST, length: 4n * SEGMENT }));
    // Page tables of 2 KiB, two to a frame: behind the first lie the PTEs of the second.
    unwrap(other.store(HOST, 1n));
    unwrap(other.store(HOST + SEGMENT, 1n));
    const json = JSON.parse(JSON.stringify(graphToJson(machine)));
    const entries = (space: string): { pgste?: string }[] =>
      json.tables
        .filter(
          ({ level, owners }: { level: string; owners: { space: string }[] }) =>
            level === 'PTE' && owners.some((owner) => owner.space === space),
        )
        .flatMap((table: { entries: { pgste?: string }[] }) => table.entries);
    expect(entries('mm0').filter(({ pgste }) => pgste !== undefined)).toHaveLength(1);
    expect(entries('mm1')).toHaveLength(2);
    expect(entries('mm1').filter(({ pgste }) => pgste !== undefined)).toEqual([]);
  });
});
