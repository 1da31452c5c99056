// SPDX-License-Identifier: GPL-2.0-only
import { expect, it } from 'vitest';
import { ElfDump } from '../../lib/dump/formats/elf.js';

const PAGE = 4096;
const PAGES = 8;

/** Each page says which one it is. */
const storage = Buffer.concat(Array.from({ length: PAGES }, (_, i) => Buffer.alloc(PAGE, i + 1)));

/** An ELF file with these parts of it, as [first page, pages, virtual address, place in real memory]. */
function elf(...rows: readonly (readonly [first: number, count: number, virtual: bigint, physical: bigint])[]): Buffer {
  const head = Buffer.alloc(PAGE);
  head.write('\x7fELF\x02\x02\x01', 'latin1');
  head.writeUInt16BE(22, 18);
  head.writeBigUInt64BE(64n, 32);
  head.writeUInt16BE(rows.length, 56);
  for (const [i, [first, count, virtual, physical]] of rows.entries()) {
    const at = 64 + 56 * i;
    head.writeUInt32BE(1, at);
    const words = [BigInt(PAGE + first * PAGE), virtual, physical, BigInt(count * PAGE), BigInt(count * PAGE)];
    for (const [place, word] of words.entries()) head.writeBigUInt64BE(word, at + 8 + 8 * place);
  }
  return Buffer.concat([head, storage]);
}

const open = (bytes: Buffer) =>
  new ElfDump({ path: 'kcore', read: (offset, length) => bytes.subarray(offset, offset + length) });

it('/proc/kcore has the kernel image twice, and what lies nowhere', () => {
  const dump = open(
    elf([2, 3, 0x3fff_fe95_4000n, 0x2000n], [0, 4, 0x1234_0000_0000n, 2n ** 64n - 1n], [0, PAGES, 0n, 0n]),
  );
  for (let number = 0; number < PAGES; number++) expect(dump.page(number * PAGE)?.[0]).toBe(number + 1);
  expect(dump.page(PAGES * PAGE)).toBe(undefined);
  expect(dump.end).toBe(PAGES * PAGE);
  expect(dump.absoluteOf(0x3fff_fe95_5000n)).toBe(0x3000n);
  expect(dump.absoluteOf(0x1234_0000_0000n)).toBe(undefined);
});

it('parts that lie over each other in any way are one storage', () => {
  const dump = open(elf([1, 2, 0n, 0x1000n], [1, 5, 0n, 0x1000n], [2, 1, 0n, 0x2000n], [4, 4, 0n, 0x4000n]));
  expect(Array.from({ length: PAGES + 1 }, (_, number) => dump.page(number * PAGE)?.[0])).toEqual([
    undefined,
    ...Array.from({ length: PAGES - 1 }, (_, i) => i + 2),
    undefined,
  ]);
});
