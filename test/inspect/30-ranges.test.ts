// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeProgram, type Gmap, Machine, type Mm, parseTrace, unwrap } from '../../lib/index.js';
import { diffRanges, printChanges, printRanges, type RangeChange, type TableRange } from '../../lib/inspect/index.js';
import { machineOptions } from '../../lib/trace/header.js';
import { HOST, newGuest, PAGE, SEGMENT, thrownBy } from '../machine/fixture.js';
import { firstRecordings } from '../trace/recordings.js';

/** The machine's answer at an address, as an attribute says it. */
function access(space: Gmap | Mm, address: bigint): string {
  if (!space.walk(address).ok) return 'I';
  return space.walk(address, { store: true }).ok ? 'RW' : 'RO';
}

const invalid = (range: TableRange) => range.attributes[0] === 'SWAP' || range.attributes[0] === 'I';

describe('dump', () => {
  it('covers the whole address space once, and agrees with the walk at both ends of each range', () => {
    for (const { name, text } of firstRecordings.filter((_, i) => i % 3 === 0)) {
      const trace = parseTrace(text, name);
      using machine = new Machine(machineOptions(trace, undefined));
      machine.execute(encodeProgram({ ...trace, items: trace.items.slice(0, trace.items.length / 2) }));
      for (const space of [...machine.processes, ...machine.gmaps]) {
        let next = 0n;
        for (const range of space.dump()) {
          expect(range.start).toBe(next);
          next = range.last + 1n;
          const expected = invalid(range) ? 'I' : range.attributes[0];
          expect([access(space, range.start), access(space, range.last)]).toEqual([expected, expected]);
        }
      }
    }
  });

  it("looks like the kernel's", () => {
    const { gmap, mm } = newGuest();
    unwrap(gmap.fault(PAGE, { write: true }));
    unwrap(gmap.ipteNotify(2n * PAGE, PAGE));
    expect(printRanges(gmap.dump())).toBe(
      [
        '0x0000000000000000-0x0000000000001000         4K PTE I',
        '0x0000000000001000-0x0000000000002000         4K PTE RW X',
        '0x0000000000002000-0x0000000000003000         4K PTE RW X IN',
        '0x0000000000003000-0x0000000000100000      1012K PTE I',
        '0x0000000000100000-0x0000000080000000      2047M PMD I',
        '',
      ].join('\n'),
    );
    expect(printRanges(mm.dump()).split('\n')[0]).toBe('0x0000000000000000-0x0000010000000000         1T PUD I');
  });

  it('is filtered by addresses and attributes', () => {
    const { gmap, mm } = newGuest();
    unwrap(gmap.ipteNotify(PAGE, 2n * PAGE));
    unwrap(mm.mprotect(HOST + 2n * PAGE, PAGE, { read: true, write: false, exec: false }));
    expect(gmap.dump({ without: ['I'] }).map(({ attributes }) => attributes)).toEqual([
      ['RW', 'X', 'IN'],
      ['RO', 'X'],
    ]);
    expect(gmap.dump({ with: ['RO'] })).toMatchObject([{ start: 2n * PAGE, last: 3n * PAGE - 1n }]);
    expect(gmap.dump({ from: PAGE + 8n, to: PAGE + 15n })).toMatchObject([{ start: PAGE + 8n, last: PAGE + 15n }]);
    expect(gmap.dump({ from: 2n, to: 1n })).toEqual([]);
    expect(gmap.dump({ bits: true, with: ['UC'] }).length).toBeGreaterThan(0);
  });

  it('knows pages in swap, in large pages, and what a guest says that it uses', () => {
    const { gmap, mm } = newGuest();
    unwrap(gmap.fault(0n, { write: true }));
    unwrap(mm.swapOut(HOST));
    mm.essaSetUsage(HOST + PAGE, 'volatile');
    expect(gmap.dump().map(({ attributes }) => attributes.join(' '))).toEqual(['SWAP', 'I VOLATILE', 'I', 'I']);
    unwrap(mm.mmap({ address: HOST + SEGMENT, length: SEGMENT, huge: true }));
    unwrap(mm.store(HOST + SEGMENT, 1n));
    expect(mm.dump({ with: ['RW'] })).toMatchObject([{ level: 'PMD', start: HOST + SEGMENT }]);
  });

  it('does not take wrong options', () => {
    const { gmap } = newGuest();
    const dump = (options: unknown) => thrownBy(() => gmap.dump(options as never));
    expect(dump({ form: 0n })).toBeInstanceOf(TypeError);
    expect(dump({ from: 0 })).toBeInstanceOf(TypeError);
    expect(dump({ to: -1n })).toBeInstanceOf(RangeError);
    expect(dump({ with: 'RW' })).toBeInstanceOf(TypeError);
    expect(dump({ without: [1] })).toBeInstanceOf(TypeError);
    expect(dump({ bits: 1 })).toBeInstanceOf(TypeError);
  });
});

/** Ranges that lie anywhere, do not overlap, and may touch. */
const dumps = fc
  .array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }), fc.constantFrom('I', 'RW', 'RO')), { maxLength: 8 })
  .map((parts) => {
    let at = 0n;
    return parts.map(([gap, length, attribute]): TableRange => {
      const start = at + BigInt(gap);
      at = start + BigInt(length);
      return { start, last: at - 1n, level: 'PTE', attributes: [attribute] };
    });
  });

const attributeAt = (ranges: readonly TableRange[], address: bigint) =>
  ranges.find(({ start, last }) => start <= address && address <= last)?.attributes[0];

const sideOf = (changes: readonly RangeChange[], sign: string) =>
  changes.filter((change) => change.sign === sign).map(({ range }) => range);

describe('diffRanges', () => {
  it('has what differs and nothing else, from both sides', () => {
    fc.assert(
      fc.property(dumps, dumps, (before, after) => {
        const changes = diffRanges(before, after);
        for (let address = 0n; address < 60n; address++) {
          const [a, b] = [attributeAt(before, address), attributeAt(after, address)];
          expect(attributeAt(sideOf(changes, '-'), address)).toBe(a === b ? undefined : a);
          expect(attributeAt(sideOf(changes, '+'), address)).toBe(a === b ? undefined : b);
        }
      }),
    );
  });

  it('takes any number of neighbours', () => {
    const many = Array.from({ length: 130_000 }, (_, i): TableRange => {
      const start = BigInt(i) * PAGE;
      return { start, last: start + PAGE - 1n, level: 'PTE', attributes: [i % 2 ? 'RW' : 'RO'] };
    });
    expect(diffRanges(many, [])).toHaveLength(many.length);
    expect(diffRanges([], many)).toHaveLength(many.length);
  });

  it('is lines with - and +', () => {
    const { gmap } = newGuest();
    const before = gmap.dump();
    unwrap(gmap.fault(0n, { write: true }));
    expect(printChanges(diffRanges(before, gmap.dump()))).toBe(
      [
        '- 0x0000000000000000-0x0000000000100000         1M PMD I',
        '+ 0x0000000000000000-0x0000000000001000         4K PTE RW X',
        '+ 0x0000000000001000-0x0000000000100000      1020K PTE I',
        '',
      ].join('\n'),
    );
    expect(diffRanges(before, before)).toEqual([]);
  });
});
