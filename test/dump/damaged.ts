// SPDX-License-Identifier: GPL-2.0-only
/** The dump of a booted 6.12, in which tests change words; and where what they change is. */
import { checkDump } from '../../lib/dump/check/check.js';
import { hostPage, hostSegment } from '../../lib/dump/entries.js';
import { openFormat } from '../../lib/dump/formats/open.js';
import { DumpGmaps } from '../../lib/dump/gmaps.js';
import { KernelMemory } from '../../lib/dump/kernel/kernel-memory.js';
import type { CheckedProblem, DumpGmap } from '../../lib/dump/model.js';
import { DumpStorage } from '../../lib/dump/storage.js';
import { readTypes } from '../../lib/dump/types/types-file.js';
import { RandomAccessFile } from '../../lib/files/random-access.js';
import { fixture } from './fixture.js';

const types = readTypes(fixture.types);
const format = openFormat([new RandomAccessFile(fixture.dump)]);
/** Storage in which words are other ones. */
class Damaged extends DumpStorage {
  readonly words_ = new Map<bigint, bigint>();

  override bytes(absolute: bigint, length: number): Buffer | undefined {
    const bytes = super.bytes(absolute, length);
    if (!bytes || this.words_.size === 0) return bytes;
    const copy = Buffer.from(bytes);
    for (const [address, word] of this.words_)
      for (let i = 0n; i < 8n; i++) {
        const at = Number(address + i - absolute);
        if (at >= 0 && at < length) copy[at] = Number((word >> (56n - 8n * i)) & 0xffn);
      }
    return copy;
  }
}

export const sound = new DumpGmaps(new KernelMemory(new DumpStorage(format), types));
export const { memory } = sound;
export const [g0, g1] = sound.gmaps as [DumpGmap, DumpGmap];
export const HOST = 0x10000000000n;

/** Absolute address of a member. */
export const at = (struct: string, address: bigint, member: string) =>
  memory.absolute(memory.at(struct, address, member)) as bigint;
export const xaHead = (tree: string) => at('xarray', memory.at('gmap', g0.address, tree), 'xa_head');
export const wordAt = (absolute: bigint) => memory.storage.words(absolute, 1)?.[0] as bigint;
export const segmentEntry = (gmap: DumpGmap, vmaddr: bigint) => gmap.linked.get(vmaddr) as bigint;
export const pteAt = (vmaddr: bigint) => {
  const segment = hostSegment(memory.storage, g0.process, vmaddr) as bigint;
  return (segment & ~0x7ffn) + ((vmaddr >> 12n) & 0xffn) * 8n;
};
export const pgsteAt = (vmaddr: bigint) => pteAt(vmaddr) + 0x800n;
export const page = (vmaddr: bigint) => hostPage(memory.storage, g0.process, vmaddr);
/** The process's own segment entry: its tables have three levels. */
export const hostRegionAt = (vmaddr: bigint) => (g0.process.asce & ~0xfffn) + ((vmaddr >> 31n) & 0x7ffn) * 8n;
export const hostEntryAt = (vmaddr: bigint) =>
  (wordAt(hostRegionAt(vmaddr)) & ~0xfffn) + ((vmaddr >> 20n) & 0x7ffn) * 8n;
export const tableOfG1 = g1.tables.find((table) => table !== g1.table) as bigint;
export const descriptor = (table: bigint) => sound.pages.of(table) as bigint;

/** A number of 32 bits at the address, as the word that begins there. */
export const withHalf = (absolute: bigint, half: bigint): readonly [bigint, bigint] => [
  absolute,
  (half << 32n) | (wordAt(absolute) & 0xffff_ffffn),
];

/** What is wrong with the dump, with these words in it. */
export function problemsWith(...words: readonly (readonly [absolute: bigint, word: bigint])[]): CheckedProblem[] {
  const storage = new Damaged(format);
  for (const [absolute, word] of words) storage.words_.set(absolute, word);
  return checkDump(new DumpGmaps(new KernelMemory(storage, types)));
}
