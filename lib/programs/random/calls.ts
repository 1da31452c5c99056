// SPDX-License-Identifier: GPL-2.0-only
/** How each call of a random program is made. */
import { type ArgKind, entryBits, type OperationName } from '../../generated/abi.js';
import { makeCall } from '../../trace/make.js';
import { operationOf } from '../../trace/operations.js';
import type { TraceCall } from '../../trace/types.js';
import { ALL_SEGMENTS, type Guest, PAGE, SEGMENT, type World } from './world.js';

type CallMaker = (world: World) => readonly TraceCall[];

const MM0 = 0n;
const MADV_DONTNEED = 4n;
/** Bits of mmap and mprotect: read 1, write 2, execute 4. */
const PROTECTIONS = [3n, 3n, 3n, 3n, 1n, 1n, 7n, 5n, 2n, 0n] as const;
/** Of mmap: shared 1, MAP_NORESERVE 2. A third is shared. */
const MAP_FLAGS = [1n, 3n, 0n, 0n, 2n, 2n] as const;
/** gmap_mprotect_notify: none 0, read 1, write 2. */
const NOTIFY_PROTECTIONS = [2n, 2n, 2n, 2n, 1n, 0n] as const;
const { PGSTE_IN, PGSTE_VSIE } = entryBits;

export function call(name: OperationName, args: readonly bigint[], handle?: number): TraceCall {
  return makeCall(name, args, handle === undefined ? undefined : { kind: 'handle', handle });
}

/** What an argument of a kind is like. `before` is the argument before it. */
type ValueMaker = (world: World, guest: Guest | undefined, before: bigint) => bigint;

const ofGuest =
  (value: (world: World, guest: Guest) => bigint): ValueMaker =>
  (world, guest) =>
    guest ? value(world, guest) : 0n;
const hostPage: ValueMaker = (world) => world.hostPage();
const length: ValueMaker = (world) => world.length();
const flag: ValueMaker = (world) => BigInt(world.random.below(2));

const segmentOf = (address: bigint) => address - (address % SEGMENT);

const values: Partial<Record<ArgKind, ValueMaker>> = {
  GADDR: ofGuest((world, guest) => world.guestByte(guest)),
  GPAGE: ofGuest((world, guest) => world.guestPage(guest)),
  GSEGMENT: ofGuest((world, guest) => world.guestSegment(guest)),
  GEND: (world, _, before) => before + world.length(),
  VMADDR: hostPage,
  VPAGE: hostPage,
  VPTE: hostPage,
  VSEGMENT: (world) => (world.random.oneIn(30) ? 0n : world.hostSegment()),
  PAGES: length,
  PRESENT_PAGES: length,
  SEGMENTS: (world) => world.segments(),
  PROTECTION: (world) => world.random.pick(PROTECTIONS),
  NOTIFY_PROTECTION: (world) => world.random.pick(NOTIFY_PROTECTIONS),
  FAULT_FLAGS: flag,
  KEY: (world) => BigInt(world.random.below(0x80)) << 1n,
  VALUE: (world) => BigInt(1 + world.random.below(0xff)),
  BITS: (world) => world.random.pick([PGSTE_IN, PGSTE_IN, PGSTE_VSIE]),
  FLAG: flag,
  MAP_FLAGS: (world) => world.random.pick(MAP_FLAGS),
  ADVICE: () => MADV_DONTNEED,
  TABLE: () => 0n,
  USAGE: (world) => BigInt(world.random.below(4)),
};

function valueFor(kind: ArgKind, world: World, guest?: Guest, before = 0n): bigint {
  const make = values[kind];
  if (!make) throw new Error(`random programs know no ${kind}`);
  return make(world, guest, before);
}

/** The arguments behind the object that the call is made on. */
type Arguments = (world: World, guest?: Guest) => readonly bigint[];

const byKind =
  (name: OperationName): Arguments =>
  (world, guest) => {
    const [, ...rest] = operationOf({ name }).args;
    const made: bigint[] = [];
    for (const { kind } of rest) made.push(valueFor(kind, world, guest, made.at(-1)));
    return made;
  };

/** Makes the call on some object; `rest` where its other arguments are not just of their kinds. */
type MakerOf = (name: OperationName, rest?: Arguments) => CallMaker;

const onMm: MakerOf =
  (name, rest = byKind(name)) =>
  (world) => [call(name, [MM0, ...rest(world)])];

const onGuest: MakerOf =
  (name, rest = byKind(name)) =>
  (world) =>
    some(world.guest, (guest) => call(name, [BigInt(guest.handle), ...rest(world, guest)]));

/** What does not make a link can be done to removed ones too. */
const onAnyGuest: MakerOf =
  (name, rest = byKind(name)) =>
  (world) =>
    some(world.anyGuest, (guest) => call(name, [BigInt(guest.handle), ...rest(world, guest)]));

const onKeys: MakerOf =
  (name, rest = byKind(name)) =>
  (world) =>
    world.usesKeys ? [call(name, [MM0, ...rest(world)])] : [];

function some<Item>(item: Item | undefined, make: (item: Item) => TraceCall): TraceCall[] {
  return item === undefined ? [] : [make(item)];
}

type Makers = Partial<Record<OperationName, CallMaker>>;

const all = (maker: MakerOf, ...names: OperationName[]): Makers =>
  Object.fromEntries(names.map((name) => [name, maker(name)]));

const makers: Makers = {
  gmap_create: (world) => some(world.createGuest(), ({ limit, handle }) => call('gmap_create', [MM0, limit], handle)),
  gmap_get: (world) => {
    const guest = world.anyGuest;
    if (!guest || guest.references > 2) return [];
    guest.references++;
    return [call('gmap_get', [BigInt(guest.handle)])];
  },
  gmap_put: (world) => {
    const guest = world.anyGuest;
    // The last reference to a gmap that is still listed is one that the kernel does not survive for long.
    if (!guest || (guest.listed && guest.references === 1)) return [];
    world.drop(guest);
    return [call('gmap_put', [BigInt(guest.handle)])];
  },
  gmap_remove: (world) => {
    const { guest } = world;
    // Unmapping does not take away a link that no mapping leads to.
    if (!guest || (guest.linkedAnyhow && guest.references > 1)) return [];
    const handle = BigInt(guest.handle);
    const everything = [handle, guest.base, BigInt(ALL_SEGMENTS + 4) * SEGMENT];
    const unmap = guest.references > 1 ? [call('gmap_unmap_segment', everything)] : [];
    guest.listed = false;
    world.drop(guest);
    return [...unmap, call('gmap_remove', [handle])];
  },
  gmap_register_pte_notifier: (world) =>
    some(world.register(), (block) => call('gmap_register_pte_notifier', [BigInt(block)])),
  gmap_unregister_pte_notifier: (world) =>
    some(world.unregister(), (block) => call('gmap_unregister_pte_notifier', [BigInt(block)])),
  ...all(onGuest, 'gmap_enable', 'gmap_map_segment', 'gmap_fault', 'gmap_discard', '__gmap_zap'),
  gmap_mprotect_notify: (world) => {
    const { guest } = world;
    // Where a link and the mapping lead to different pages, kernels make one writable and look at the other, for ever.
    if (!guest || guest.linkedAnyhow) return [];
    const unaligned = world.random.oneIn(30) ? 0x800n : 0n;
    const [gaddr = 0n, ...rest] = byKind('gmap_mprotect_notify')(world, guest);
    return [call('gmap_mprotect_notify', [BigInt(guest.handle), gaddr + unaligned, ...rest])];
  },
  ...all(onAnyGuest, 'gmap_disable', 'gmap_unmap_segment', 'gmap_translate', '__gmap_translate'),
  ...all(onAnyGuest, '__gmap_segment_gaddr', '__gmap_unlink_by_vmaddr', '__gmap_unmap_by_gaddr'),
  __gmap_link: (world) => {
    const { guest } = world;
    if (!guest) return [];
    const handle = BigInt(guest.handle);
    const page = world.hostPage();
    const gaddr = world.guestByte(guest);
    const mapped = world.random.oneIn(2);
    guest.linkedAnyhow ||= !mapped;
    return [
      ...(mapped ? [call('gmap_map_segment', [handle, segmentOf(page), segmentOf(gaddr), SEGMENT])] : []),
      // The host must have a page table for the segment: a page is mapped and written to.
      call('mmap', [MM0, page, PAGE, 3n, 0n]),
      call('store', [MM0, page, 1n]),
      call('__gmap_link', [handle, gaddr, page]),
    ];
  },
  ...all(onMm, 'gmap_unlink', 'ptep_notify', 's390_enable_sie', 's390_reset_cmma', 'ptep_test_and_clear_uc'),
  ...all(onMm, 'essa_set_usage', 'essa_set_zero'),
  ...all(onKeys, 's390_enable_skey', 'set_guest_storage_key', 'get_guest_storage_key', 'reset_guest_reference_bit'),
  cond_set_guest_storage_key: onKeys('cond_set_guest_storage_key', (world) => {
    // Reference and change bits also depend on accesses that the machine makes on its own: both count, or neither.
    const ignored = valueFor('FLAG', world);
    return [valueFor('VPTE', world), valueFor('KEY', world), valueFor('FLAG', world), ignored, ignored];
  }),
  ...all(onMm, 'mmap', 'munmap', 'mprotect', 'madvise', 'load', 'store', 'fork', 'swap_out', 'gmaps'),
  mremap: onMm('mremap', (world) => {
    const size = world.length();
    const newSize = world.random.oneIn(4) ? world.length() : size;
    return [world.hostPage(), size, world.hostPage(), newSize];
  }),
};

/** A random call of that name, with what must come before it; nothing if there is nothing to call it on. */
export function makeCalls(name: OperationName, world: World): readonly TraceCall[] {
  return makers[name]?.(world) ?? [];
}

/** Memory for all of it, twice: so that neighbours are VMAs of their own. */
export function firstMappings(start: bigint, segments: number): TraceCall[] {
  const half = BigInt(segments / 2) * SEGMENT;
  return [call('mmap', [MM0, start, half, 3n, 0n]), call('mmap', [MM0, start + half, half - PAGE, 3n, 0n])];
}
