// SPDX-License-Identifier: GPL-2.0-only
/*
 * node scripts/dumps/make-large.mjs KERNEL FILE: a dump of a booted kernel with a guest of 1 TiB, 4 GiB of which are linked: 1,048,576 and
 * 4,096 items, 4,096 page tables. For `npm run bench -- dumps FILE`.
 */
import { parseTrace } from '../../dist/index.js';
import { requireInstalled, Session } from '../../dist/kernel/index.js';
import { Failure, script } from '../steps.mjs';

const HOST = 0x10000000000n;
const SEGMENT = 0x100000n;
const TERABYTE = 0x10000000000n;
const LINKED = 4096n;

const hex = (word) => `0x${word.toString(16)}`;

/** A page of each linked segment is there. */
function program() {
  const faults = Array.from({ length: Number(LINKED) }, (_, i) => `gmap_fault(g0, ${hex(BigInt(i) * SEGMENT)}, 0x1)`);
  return [
    '# gmap-trace 1',
    's390_enable_sie(mm0)',
    `mmap(mm0, ${hex(HOST)}, ${hex(LINKED * SEGMENT)}, 0x3, 0)`,
    `gmap_create(mm0, ${hex(TERABYTE - 1n)}) = g0`,
    `gmap_map_segment(g0, ${hex(HOST)}, 0x0, ${hex(TERABYTE)})`,
    ...faults,
    '',
  ].join('\n');
}

await script(async () => {
  const [name, file] = process.argv.slice(2);
  if (!name || !file) throw new Failure('usage: node scripts/dumps/make-large.mjs KERNEL FILE');
  const session = await Session.open(requireInstalled(name));
  try {
    await session.record(parseTrace(program(), 'a guest of 1 TiB'));
    await session.dump(file, 'kdump-zlib');
  } finally {
    await session.close();
  }
});
