// SPDX-License-Identifier: GPL-2.0-only
/** Looks an address up in a live machine. Nothing changes. */
import type { Gmap } from '../machine/gmap.js';
import type { Machine } from '../machine/machine.js';
import type { Mm } from '../machine/mm.js';
import type { RadixItems } from '../machine/radix-items.js';
import type { Write } from '../machine/tracing.js';
import { withJson } from '../trace/json.js';
import { type Chain, type PgsteEntry, pgsteOf, walkChain } from './chain.js';
import { fieldNames, keyFields } from './fields.js';
import { storageOf } from './machine-storage.js';
import { type AddressFacts, GuestView, type HostToGuest, HostView, type KeyEntry, type Writes } from './views.js';

const SEGMENT = 0xfffffn;
const PAGE = 0xfffn;

/** The radix trees of a gmap are the gmap's own affair: who calls brings them along. */
type RadixItemsOf = (gmap: Gmap) => RadixItems;

export function inspectHost(mm: Mm, address: bigint, radixItemsOf: RadixItemsOf): HostView {
  const guests = mm.gmaps().flatMap((gmap) => {
    const gaddr = radixItemsOf(gmap).gaddrOf(address);
    return gaddr === undefined ? [] : [withJson({ gmap: `g${gmap.number}`, gaddr: gaddr + (address & SEGMENT) })];
  });
  return new HostView(factsOf(mm.machine, `mm${mm.number}`, mm, mm.asce, address), guests);
}

export function inspectGuest(gmap: Gmap, gaddr: bigint, radixItemsOf: RadixItemsOf): GuestView {
  const { machine, mm } = gmap;
  const process = machine.processes.includes(mm) ? mm : undefined;
  const items = radixItemsOf(gmap);
  const vmaddr = items.hostOf(gaddr);
  return new GuestView(factsOf(machine, `g${gmap.number}`, process, gmap.asce, gaddr), {
    guestToHost: vmaddr === undefined ? undefined : withJson({ gaddr: gaddr & ~SEGMENT, vmaddr }),
    hostToGuest: vmaddr === undefined ? undefined : linkOf(vmaddr, items),
    host: vmaddr === undefined || !process ? undefined : inspectHost(process, vmaddr + (gaddr & SEGMENT), radixItemsOf),
  });
}

function linkOf(vmaddr: bigint, items: RadixItems): HostToGuest | undefined {
  const entry = items.entryOf(vmaddr);
  const gaddr = items.gaddrOf(vmaddr);
  if (entry === undefined || gaddr === undefined) return undefined;
  return withJson({ vmaddr: vmaddr & ~SEGMENT, entry, gaddr });
}

function factsOf(
  machine: Machine,
  space: string,
  process: Mm | undefined,
  asce: bigint,
  address: bigint,
): AddressFacts {
  const storage = storageOf(machine);
  const chain = walkChain(storage, asce, address);
  const pte = chain.entries.find(({ level }) => level === 'PTE');
  const pgste = pte && process?.hasPgstes ? pgsteOf(storage, pte.address) : undefined;
  const key = 'absolute' in chain.load ? keyAt(machine, chain.load.absolute & ~PAGE) : undefined;
  return { space, chain, pgste, key, writes: machine.isTraced ? writesOf(machine, chain, pgste, key) : undefined };
}

function keyAt(machine: Machine, frame: bigint): KeyEntry {
  const value = machine.storageKey(frame);
  return withJson({ frame, value, flags: fieldNames(keyFields, BigInt(value)) });
}

function writesOf(
  machine: Machine,
  { entries }: Chain,
  pgste: PgsteEntry | undefined,
  key: KeyEntry | undefined,
): Writes {
  const addresses = [...entries.map(({ address }) => address), ...(pgste ? [pgste.address] : [])];
  const writes = new Map<bigint, Write>();
  for (const address of addresses) {
    const write = machine.lastWrite(address);
    if (write) writes.set(address, write);
  }
  return withJson({ entries: writes, key: key && machine.lastKeyWrite(key.frame) });
}
