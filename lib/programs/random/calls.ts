// SPDX-License-Identifier: GPL-2.0-only
/** How each call of a random program is made. */
import type { OperationName } from '../../generated/abi.js';
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
const PGSTE_IN = 0x0000400000000000n;
const PGSTE_VSIE = 0x0000200000000000n;

/** A call as a parsed trace has it. */
export function call(name: OperationName, args: readonly bigint[], handle?: number): TraceCall {
  const result = handle === undefined ? undefined : ({ kind: 'handle', handle } as const);
  return { kind: 'call', name, args, result, events: [], changes: [], line: 0 };
}

const onMm =
  (name: OperationName, rest: (world: World) => readonly bigint[]): CallMaker =>
  (world) => [call(name, [MM0, ...rest(world)])];

type GuestArguments = (world: World, guest: Guest) => readonly bigint[];

const onGuest =
  (name: OperationName, rest: GuestArguments): CallMaker =>
  (world) =>
    some(world.guest, (guest) => call(name, [BigInt(guest.handle), ...rest(world, guest)]));

/** What does not make a link can be done to removed ones too. */
const onAnyGuest =
  (name: OperationName, rest: GuestArguments): CallMaker =>
  (world) =>
    some(world.anyGuest, (guest) => call(name, [BigInt(guest.handle), ...rest(world, guest)]));

function some<Item>(item: Item | undefined, make: (item: Item) => TraceCall): TraceCall[] {
  return item === undefined ? [] : [make(item)];
}

const onKeys =
  (name: OperationName, rest: (world: World) => readonly bigint[]): CallMaker =>
  (world) =>
    world.usesKeys ? [call(name, [MM0, ...rest(world)])] : [];

const segmentOf = (address: bigint) => address - (address % SEGMENT);
const flag = (world: World) => BigInt(world.random.below(2));
const key = (world: World) => BigInt(world.random.below(0x80)) << 1n;

const makers: Partial<Record<OperationName, CallMaker>> = {
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
  gmap_enable: onGuest('gmap_enable', () => []),
  gmap_disable: onAnyGuest('gmap_disable', () => []),
  gmap_map_segment: onGuest('gmap_map_segment', (world, guest) => {
    const from = world.random.oneIn(30) ? 0n : world.hostSegment();
    return [from, world.guestSegment(guest), world.segments()];
  }),
  gmap_unmap_segment: onAnyGuest('gmap_unmap_segment', (world, guest) => [world.guestSegment(guest), world.segments()]),
  gmap_translate: onAnyGuest('gmap_translate', (world, guest) => [world.guestByte(guest)]),
  __gmap_translate: onAnyGuest('__gmap_translate', (world, guest) => [world.guestByte(guest)]),
  __gmap_segment_gaddr: onAnyGuest('__gmap_segment_gaddr', (world, guest) => [world.guestByte(guest)]),
  __gmap_unlink_by_vmaddr: onAnyGuest('__gmap_unlink_by_vmaddr', (world) => [world.hostPage()]),
  __gmap_unmap_by_gaddr: onAnyGuest('__gmap_unmap_by_gaddr', (world, guest) => [world.guestByte(guest)]),
  gmap_unlink: onMm('gmap_unlink', (world) => [0n, world.hostPage()]),
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
  gmap_fault: onGuest('gmap_fault', (world, guest) => [world.guestByte(guest), flag(world)]),
  gmap_discard: onGuest('gmap_discard', (world, guest) => {
    const from = world.guestPage(guest);
    return [from, from + world.length()];
  }),
  __gmap_zap: onGuest('__gmap_zap', (world, guest) => [world.guestPage(guest)]),
  gmap_register_pte_notifier: (world) =>
    some(world.register(), (block) => call('gmap_register_pte_notifier', [BigInt(block)])),
  gmap_unregister_pte_notifier: (world) =>
    some(world.unregister(), (block) => call('gmap_unregister_pte_notifier', [BigInt(block)])),
  gmap_mprotect_notify: (world) => {
    const { guest } = world;
    // Where a link and the mapping lead to different pages, kernels make one writable and look at the other, for ever.
    if (!guest || guest.linkedAnyhow) return [];
    const unaligned = world.random.oneIn(30) ? 0x800n : 0n;
    const gaddr = world.guestPage(guest) + unaligned;
    const args = [gaddr, world.length(), world.random.pick(NOTIFY_PROTECTIONS)];
    return [call('gmap_mprotect_notify', [BigInt(guest.handle), ...args])];
  },
  ptep_notify: onMm('ptep_notify', (world) => [world.hostPage(), world.random.pick([PGSTE_IN, PGSTE_IN, PGSTE_VSIE])]),
  s390_enable_sie: onMm('s390_enable_sie', () => []),
  s390_enable_skey: onKeys('s390_enable_skey', () => []),
  s390_reset_cmma: onMm('s390_reset_cmma', () => []),
  set_guest_storage_key: onKeys('set_guest_storage_key', (world) => [world.hostPage(), key(world), flag(world)]),
  get_guest_storage_key: onKeys('get_guest_storage_key', (world) => [world.hostPage()]),
  cond_set_guest_storage_key: onKeys('cond_set_guest_storage_key', (world) => {
    // Reference and change bits also depend on accesses that the machine makes on its own: both count, or neither.
    const ignored = flag(world);
    return [world.hostPage(), key(world), flag(world), ignored, ignored];
  }),
  reset_guest_reference_bit: onKeys('reset_guest_reference_bit', (world) => [world.hostPage()]),
  ptep_test_and_clear_uc: onMm('ptep_test_and_clear_uc', (world) => [world.hostPage()]),
  essa_set_usage: onMm('essa_set_usage', (world) => [world.hostPage(), BigInt(world.random.below(4))]),
  essa_set_zero: onMm('essa_set_zero', (world) => [world.hostPage(), flag(world)]),
  mmap: onMm('mmap', (world) => [
    world.hostPage(),
    world.length(),
    world.random.pick(PROTECTIONS),
    world.random.pick(MAP_FLAGS),
  ]),
  munmap: onMm('munmap', (world) => [world.hostPage(), world.length()]),
  mprotect: onMm('mprotect', (world) => [world.hostPage(), world.length(), world.random.pick(PROTECTIONS)]),
  madvise: onMm('madvise', (world) => [world.hostPage(), world.length(), MADV_DONTNEED]),
  mremap: onMm('mremap', (world) => {
    const length = world.length();
    const newLength = world.random.oneIn(4) ? world.length() : length;
    return [world.hostPage(), length, world.hostPage(), newLength];
  }),
  load: onMm('load', (world) => [world.hostPage()]),
  store: onMm('store', (world) => [world.hostPage(), BigInt(1 + world.random.below(0xff))]),
  fork: onMm('fork', () => []),
  swap_out: onMm('swap_out', (world) => [world.hostPage()]),
  gmaps: onMm('gmaps', () => []),
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
