// SPDX-License-Identifier: GPL-2.0-only
/** One word of a dump is wrong, and the check says so under the right rule. */
import { describe, expect, it } from 'vitest';
import { checkDump } from '../../lib/dump/check/check.js';
import { pageTablesOf } from '../../lib/dump/check/host-tables.js';
import { vmasOf } from '../../lib/dump/kernel/vmas.js';
import {
  at,
  descriptor,
  g0,
  g1,
  HOST,
  hostEntryAt,
  hostRegionAt,
  memory,
  page,
  pgsteAt,
  problemsWith,
  pteAt,
  segmentEntry,
  sound,
  tableOfG1,
  wordAt,
  xaHead,
} from './damaged.js';

/** Of a page table, where no mapping is. */
function unmapped(): bigint {
  const vmas = vmasOf(memory, g0.process.mm);
  for (const [table, start] of pageTablesOf(memory.storage, g0.process))
    for (let i = 0n; i < 256n; i++) {
      const vmaddr = start + i * 0x1000n;
      if (!vmas.some((vma) => vma.start <= vmaddr && vmaddr < vma.end)) return table + 8n * i;
    }
  throw new Error('every page is mapped');
}

type Damage = readonly [what: string, rule: string, address: bigint, word: bigint];

const DAMAGES: readonly Damage[] = [
  ['a PTE that names a page which is not there', 'references', pteAt(HOST), 0x7fff_ffff_f000n | 0x13fn],
  ['a PTE that is 0', 'I17', pteAt(HOST), 0n],
  ['a PTE of a page in swap without its bits', 'I17', pteAt(HOST + 0x4000n), 0x200n],
  ['a PTE with a bit that none has', 'I17', pteAt(HOST), wordAt(pteAt(HOST)) | 0x80n],
  ['a PTE that is old', 'a valid PTE of a page that is old or not readable', pteAt(HOST), wordAt(pteAt(HOST)) & ~0x4n],
  [
    'a PTE that is clean',
    'a store can reach a page that is clean or not writable',
    pteAt(HOST),
    wordAt(pteAt(HOST)) & ~0x8n,
  ],
  ['a PGSTE with a bit that none has', 'I17', pgsteAt(HOST), wordAt(pgsteAt(HOST)) | 0x100n],
  ['a locked PGSTE', 'I11', pgsteAt(HOST), wordAt(pgsteAt(HOST)) | 0x0080_0000_0000_0000n],
  ['a locked PGSTE of an empty PTE', 'I11', pgsteAt(HOST + 0x5000n), 0x0080_0000_0000_0000n],
  ['a page that the dirty log does not see', 'I12', pgsteAt(HOST), wordAt(pgsteAt(HOST)) & ~0x0000_8000_0000_0000n],
  ['a zero page where keys are in use', 'I14', pteAt(HOST + 0x100000n), wordAt(pteAt(HOST + 0x100000n)) | 0x40n],
  ['a page outside of all mappings', 'a page outside of all VMAs', unmapped(), wordAt(pteAt(HOST))],
  ['a segment entry that is empty', 'I6', segmentEntry(g0, HOST), 0x20n],
  ['a segment entry with PROTECT', 'I5', segmentEntry(g0, HOST), wordAt(segmentEntry(g0, HOST)) | 0x200n],
  ['a segment entry that is 0', 'I5', segmentEntry(g0, HOST), 0n],
  ['a segment entry of another table', 'I7', segmentEntry(g0, HOST), wordAt(segmentEntry(g0, HOST + 0x100000n))],
  ['a segment entry that nobody linked', 'I6', (g0.table as bigint) + 8n * 100n, wordAt(segmentEntry(g0, HOST))],
  ['a segment entry in no page of this machine', 'I6', (g0.table as bigint) + 8n * 100n, 0x7fff_ffff_f000n],
  ['a page table at two places', 'host tables', hostEntryAt(HOST), wordAt(hostEntryAt(HOST + 0x100000n))],
  ['a segment entry of the process with PROTECT', 'host tables', hostEntryAt(HOST), wordAt(hostEntryAt(HOST)) | 0x200n],
  ['a region entry of the process', 'I4', hostRegionAt(HOST), wordAt(hostRegionAt(HOST)) | 0x200n],
  ['the ASCE of the process', 'host tables', at('mm_struct', g0.process.mm, 'context.asce'), g0.process.asce | 0x8n],
  ['the process has another segment entry', 'I7', hostEntryAt(HOST), wordAt(hostEntryAt(HOST + 0x100000n))],
  ['a region entry of another type', 'I4', (g1.table as bigint) + 0n, (wordAt(g1.table as bigint) & ~0xcn) | 0x8n],
  ['a region entry that leads to itself', 'I3', g1.table as bigint, (g1.table as bigint) | 0x7n],
  ['a region entry that leads elsewhere', 'I3', g1.table as bigint, (g0.table as bigint) | 0x7n],
  ['an index of a table', 'I3', at('page', descriptor(tableOfG1), 'index|__folio_index'), 0x1230_0000n],
  ['the highest address', 'I2', at('gmap', g0.address, 'asce_end'), 0xffff_ffffn],
  ['the ASCE', 'I2', at('gmap', g0.address, 'asce'), g0.asce & ~0x3n],
  ['the ASCE is of another level', 'I2', at('gmap', g0.address, 'asce'), g0.asce | 0x4n],
  ['the process of a gmap', 'I1', at('gmap', g0.address, 'mm'), 0x1000n],
  ['crst_list is cut', 'I3', at('gmap', g1.address, 'crst_list'), memory.at('gmap', g1.address, 'crst_list')],
  ['crst_list leads nowhere', 'I3', at('gmap', g1.address, 'crst_list'), 0xdead_0000_0000n],
  ['gmap_list does not come back', 'I1', at('gmap', g0.address, 'list'), memory.at('gmap', g0.address, 'list')],
  ['guest_to_host has lost its items', 'I9', xaHead('guest_to_host'), 0n],
  ['host_to_guest has lost its items', 'I6', xaHead('host_to_guest'), 0n],
  ['a radix tree has no root node', 'I6', xaHead('guest_to_host'), 0xdead_0000_0002n],
  [
    'mmap_lock is held, which says nothing by itself',
    '',
    at('mm_struct', g0.process.mm, 'mmap_lock.count.counter'),
    1n,
  ],
];

describe('a word that is wrong', () => {
  it('is none in the fixture', () => {
    expect(checkDump(sound)).toEqual([]);
    expect(page(HOST)).toBeDefined();
  });

  it.each(DAMAGES)('%s: %s', (_, rule, address, word) => {
    expect(problemsWith([address, word]).map((problem) => problem.rule)).toEqual(
      rule === '' ? [] : expect.arrayContaining([rule]),
    );
  });
});
