// SPDX-License-Identifier: GPL-2.0-only
/** One address of a guest or of a process of a dump, as vtop shows it. */
import { pgsteOf, walkChain } from '../inspect/chain.js';
import type { StorageView } from '../inspect/storage.js';
import { type AddressFacts, GuestView, HostView } from '../inspect/views.js';
import { withJson } from '../trace/json.js';
import type { DumpGmaps } from './gmaps.js';
import type { DumpGmap, DumpProcess } from './model.js';

const IN_SEGMENT = 0xfffffn;

/** An address in a segment that is said to begin there: damage begins it anywhere. */
const within = (segment: bigint, address: bigint) => BigInt.asUintN(64, segment + (address & IN_SEGMENT));

export function viewOfHost(gmaps: DumpGmaps, process: DumpProcess, vmaddr: bigint): HostView {
  const guests = gmaps.gmaps.flatMap((gmap) => {
    const entry = gmap.process === process ? gmap.linked.get(vmaddr & ~IN_SEGMENT) : undefined;
    const gaddr = entry === undefined ? undefined : gmaps.gaddrOf(entry);
    return gaddr === undefined ? [] : [withJson({ gmap: gmap.name, gaddr: within(gaddr, vmaddr) })];
  });
  return new HostView(factsOf(gmaps.memory.storage, process, process, vmaddr), guests);
}

export function viewOfGuest(gmaps: DumpGmaps, gmap: DumpGmap, gaddr: bigint): GuestView {
  const vmaddr = gmap.mapped.get(gaddr & ~IN_SEGMENT);
  const entry = vmaddr === undefined ? undefined : gmap.linked.get(vmaddr);
  const linkedAt = entry === undefined ? undefined : gmaps.gaddrOf(entry);
  return new GuestView(factsOf(gmaps.memory.storage, gmap, gmap.process, gaddr), {
    guestToHost: vmaddr === undefined ? undefined : withJson({ gaddr: gaddr & ~IN_SEGMENT, vmaddr }),
    hostToGuest:
      vmaddr === undefined || entry === undefined || linkedAt === undefined
        ? undefined
        : withJson({ vmaddr, entry, gaddr: linkedAt }),
    host: vmaddr === undefined ? undefined : viewOfHost(gmaps, gmap.process, within(vmaddr, gaddr)),
  });
}

/** No dump has storage keys, and nobody knows who wrote an entry. */
function factsOf(
  storage: StorageView,
  space: { readonly name: string; readonly asce: bigint },
  process: DumpProcess,
  address: bigint,
): AddressFacts {
  const chain = walkChain(storage, space.asce, address);
  const pte = chain.entries.find(({ level }) => level === 'PTE');
  return {
    space: space.name,
    chain,
    pgste: pte && process.hasPgste ? pgsteOf(storage, pte.address) : undefined,
    key: undefined,
    writes: undefined,
  };
}
