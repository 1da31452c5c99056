// SPDX-License-Identifier: GPL-2.0-only
/** A process's own tables, down to its page tables. */
import { entryBits, tableLevels } from '../../generated/abi.js';
import type { StorageView } from '../../inspect/storage.js';
import { hex } from '../../trace/words.js';
import { CRST_ENTRIES, LEVEL_NAMES, levelsOf, ORIGIN, PAGE_TABLE_ORIGIN } from '../entries.js';
import type { DumpProcess } from '../model.js';
import type { Fail } from './found.js';
import type { GmapState } from './state.js';

const TYPE_MASK = 0xcn;
const IN_REGION = 0x7fff_f000n;
const { SEGMENT_ENTRY_LARGE: LARGE, REGION_ENTRY_LENGTH: LENGTH, ASCE_USER_BITS, ASCE_TABLE_LENGTH } = entryBits;

/** Absolute address of each page table of a process, and the first address that it translates. */
export type PageTables = ReadonlyMap<bigint, bigint>;

export const pageTablesOf = (storage: StorageView, process: DumpProcess): PageTables =>
  new HostTables(storage, () => {}).walk(process);

/** The same, and says what is wrong with the tables on the way. */
export function checkHostTables(state: GmapState, process: DumpProcess, fail: Fail): PageTables {
  if ((process.asce & ~ORIGIN) !== (ASCE_USER_BITS | ASCE_TABLE_LENGTH | typeFor(process.limit)))
    fail('host tables', `ASCE ${hex(process.asce)} for addresses up to ${hex(process.limit)}`);
  const tables = new HostTables(state.storage, fail).walk(process);
  for (const [table, start] of tables)
    if (state.useOf(table) !== 'page table')
      fail('host tables', `the page table of ${hex(start)} at absolute ${hex(table)} is in a page for something else`);
  return tables;
}

/** The type of the top table that covers addresses below the limit. */
function typeFor(limit: bigint): bigint {
  const type = [31n, 42n, 53n].findIndex((shift) => limit <= 1n << shift);
  return BigInt(type < 0 ? 3 : type) << 2n;
}

class HostTables {
  readonly #storage: StorageView;
  readonly #fail: Fail;
  readonly #found = new Map<bigint, bigint>();
  readonly #seen = new Set<bigint>();

  constructor(storage: StorageView, fail: Fail) {
    this.#storage = storage;
    this.#fail = fail;
  }

  walk({ asce }: DumpProcess): PageTables {
    this.#table(asce & ORIGIN, levelsOf(asce), 0n);
    return this.#found;
  }

  /** Each table once: damage may lead in circles. */
  #table(table: bigint, [depth = -1, ...below]: readonly number[], start: bigint): void {
    const level = tableLevels[depth];
    if (!level) return;
    if (this.#seen.has(table)) {
      this.#twice('table', start, table);
      return;
    }
    this.#seen.add(table);
    const words = this.#storage.words(table, CRST_ENTRIES);
    if (!words) this.#fail('host', `the table of ${hex(start)} at absolute ${hex(table)} is not in the dump`);
    for (const [i, value] of (words ?? []).entries()) {
      if (value === level.empty) continue;
      const first = start + (BigInt(i) << level.shift);
      if (LEVEL_NAMES[depth] === 'seg') this.#segment(value, first);
      else this.#region(value, first, depth, below);
    }
  }

  #region(value: bigint, first: bigint, depth: number, below: readonly number[]): void {
    const { name, type } = tableLevels[depth] as (typeof tableLevels)[number];
    // A page of 2 GiB.
    if (name === 'REGION3' && value & LARGE && !(value & IN_REGION) && (value & TYPE_MASK) === type) return;
    if ((value & ~ORIGIN) !== (type | LENGTH)) this.#fail('I4', regionText(name, value, first));
    else this.#table(value & ORIGIN, below, first);
  }

  #segment(value: bigint, first: bigint): void {
    if (value & LARGE) return;
    const table = value & PAGE_TABLE_ORIGIN;
    if (value & ~PAGE_TABLE_ORIGIN) this.#fail('host tables', `segment entry ${hex(value)} for ${hex(first)}`);
    else if (this.#found.has(table)) this.#twice('page table', first, table);
    else this.#found.set(table, first);
  }

  #twice(what: string, start: bigint, table: bigint): void {
    this.#fail('host tables', `the ${what} of ${hex(start)} at absolute ${hex(table)} is in use as something else too`);
  }
}

/** What I4 says of an entry. */
export function regionText(level: (typeof tableLevels)[number]['name'], value: bigint, address: bigint): string {
  return `${level.toLowerCase().replace('region', 'region-')} entry ${hex(value)} for ${hex(address)} is neither empty nor valid`;
}
