// SPDX-License-Identifier: GPL-2.0-only
/** What a call changed, in the words of the tables. */
import type { Patch } from '../../lib/film/film.js';
import { describeFields, type EntryLevel, fieldsOf, pgsteFields } from '../../lib/inspect/fields.js';
import { coverage, emptyEntries, type Table } from '../../lib/inspect/tables.js';
import { hex } from './format.js';
import { type Scene, tableAt } from './scene.js';

export interface EntryChange {
  /** Absolute address of the entry. */
  readonly address: bigint;
  readonly table: Table;
  readonly index: number;
  /** `STE`, `PTE`, `PGSTE`. */
  readonly what: EntryLevel | 'PGSTE';
  /** `mm0 0x10000000000, g0 0x0` */
  readonly where: string;
  readonly before: bigint;
  readonly after: bigint;
  readonly came: readonly string[];
  readonly went: readonly string[];
}

/** The first addresses that an entry translates, in each address space that reaches it. */
export function placesOf(table: Table, index: number): string[] {
  return table.owners.map(({ space, start }) => `${space} ${hex(start + BigInt(index) * coverage(table.level))}`);
}

/** Entries that changed, where their tables are still in use. `read` gives a word as it is now. */
export function entryChanges(scene: Scene, read: (address: bigint) => bigint): EntryChange[] {
  const changes = (scene.call?.patches ?? []).flatMap((patch) => {
    const change = patch[0] === 'word' ? entryChange(scene, patch, read) : undefined;
    return change ? [change] : [];
  });
  return changes.sort(fromTheTopDown);
}

const ORDER = ['RFTE', 'RSTE', 'RTTE', 'STE', 'PTE', 'PGSTE'] as const;

/** The PGSTE of a page follows its PTE. */
function fromTheTopDown(a: EntryChange, b: EntryChange): number {
  const level = ORDER.indexOf(a.table.level) - ORDER.indexOf(b.table.level);
  return (
    level ||
    Number(a.table.origin - b.table.origin) ||
    a.index - b.index ||
    ORDER.indexOf(a.what) - ORDER.indexOf(b.what)
  );
}

function entryChange(scene: Scene, [, key, before]: Patch, read: (address: bigint) => bigint): EntryChange | undefined {
  const address = BigInt(`0x${key}`);
  const table = tableAt(scene.tables, address);
  if (!table) return undefined;
  const word = Number((address - table.origin) / 8n);
  const isPgste = table.level === 'PTE' && word >= 256;
  const index = isPgste ? word - 256 : word;
  const what = isPgste ? 'PGSTE' : table.level;
  const was = before === null ? emptyOf(what) : BigInt(`0x${before}`);
  const is = read(address);
  const [old, now] = [namesOf(what, was), namesOf(what, is)];
  return {
    address,
    table,
    index,
    what,
    where: placesOf(table, index).join(', '),
    before: was,
    after: is,
    came: now.filter((name) => !old.includes(name)),
    went: old.filter((name) => !now.includes(name)),
  };
}

function namesOf(what: EntryChange['what'], value: bigint): string[] {
  return describeFields(what === 'PGSTE' ? pgsteFields : fieldsOf(what, value), value);
}

/** What an entry holds as its table was filled. */
function emptyOf(what: EntryChange['what']): bigint {
  return what === 'PGSTE' ? 0n : emptyEntries[what];
}

/** Everything that is no entry: mappings, address spaces, facts of the trees, storage keys. */
export function otherChanges(patches: readonly Patch[]): { readonly sign: '+' | '-'; readonly text: string }[] {
  return patches.flatMap(([map, key, before, after]) => {
    if (map === 'word' || map === 'fill' || map === 'recorded') return [];
    const line = (value: string) => describe(map, key, value);
    return [
      ...(before === null ? [] : [{ sign: '-' as const, text: line(before) }]),
      ...(after === null ? [] : [{ sign: '+' as const, text: line(after) }]),
    ];
  });
}

function describe(map: Patch[0], key: string, value: string): string {
  const [first = '', second = '', third = ''] = value.split(' ');
  if (map === 'mapping') {
    const [mm = '', start = ''] = key.split(' ');
    return `mapping ${mm} 0x${start}-0x${first} ${second}`;
  }
  if (map === 'space')
    return key.startsWith('mm') ? `${key} ASCE 0x${first}` : `${key} of ${first} ASCE 0x${second} up to 0x${third}`;
  if (map === 'key') return `key of 0x${key}: 0x${value}`;
  return `${key} ${value}`;
}
