// SPDX-License-Identifier: GPL-2.0-only
/** What random programs are made of. Each has a flavour: more of some calls, so that they meet. */
import type { OperationName } from '../../generated/abi.js';
import type { RandomNumbers } from './numbers.js';

type Weights = Readonly<Partial<Record<OperationName, number>>>;

/** In every program. */
const common: Weights = {
  gmap_create: 2,
  gmap_remove: 1,
  gmap_map_segment: 10,
  gmap_unmap_segment: 4,
  gmap_translate: 3,
  __gmap_translate: 2,
  gmap_fault: 14,
  gmap_mprotect_notify: 8,
  gmap_discard: 4,
  store: 8,
  load: 5,
  gmap_register_pte_notifier: 2,
  gmap_unregister_pte_notifier: 1,
};

const keys: Weights = {
  s390_enable_skey: 1,
  set_guest_storage_key: 8,
  get_guest_storage_key: 6,
  cond_set_guest_storage_key: 4,
  reset_guest_reference_bit: 3,
  ptep_test_and_clear_uc: 8,
};

const host: Weights = { mmap: 8, munmap: 6, mprotect: 8, madvise: 5, mremap: 4, fork: 1, swap_out: 2 };

const pages: Weights = { essa_set_usage: 4, essa_set_zero: 3, __gmap_zap: 6, swap_out: 4, s390_reset_cmma: 1 };

const links: Weights = {
  __gmap_link: 8,
  gmap_unlink: 4,
  __gmap_unlink_by_vmaddr: 6,
  __gmap_unmap_by_gaddr: 3,
  __gmap_segment_gaddr: 3,
};

const objects: Weights = {
  gmap_create: 4,
  gmap_remove: 4,
  gmap_get: 3,
  gmap_put: 3,
  gmap_enable: 3,
  gmap_disable: 2,
  gmaps: 2,
};

export interface Flavour {
  readonly name: string;
  readonly weights: ReadonlyMap<OperationName, number>;
}

function flavour(name: string, ...parts: readonly Weights[]): Flavour {
  const weights = new Map<OperationName, number>();
  for (const part of [common, ...parts])
    for (const [call, weight] of Object.entries(part) as [OperationName, number][])
      weights.set(call, (weights.get(call) ?? 0) + weight);
  return { name, weights };
}

/** Not among those that are drawn: see {@link flavourOf}. */
const linksFlavour: Flavour = flavour('links', links, host, {
  gmap_map_segment: 8,
  gmap_enable: 1,
  s390_enable_sie: 1,
});

const drawn: readonly [Flavour, ...Flavour[]] = [
  flavour('map', { gmap_map_segment: 20, gmap_unmap_segment: 12, gmap_translate: 6 }, objects),
  flavour('notify', { gmap_mprotect_notify: 24, ptep_notify: 4, ptep_test_and_clear_uc: 4 }, host),
  flavour('host', host, { mmap: 6, munmap: 4, mremap: 6 }),
  flavour('keys', keys, { mprotect: 4, madvise: 3, fork: 1 }),
  flavour('pages', pages, { madvise: 4, fork: 1 }),
  flavour('mix', keys, host, pages, objects, { ptep_notify: 2, s390_enable_sie: 1 }),
];

export const flavours: readonly [Flavour, ...Flavour[]] = [...drawn, linksFlavour];

/** Every fifth program is about links. The others are what their seeds made before that flavour came. */
const LINKS = 5;

export function flavourOf(seed: number, random: RandomNumbers): Flavour {
  return seed % LINKS === LINKS - 1 ? linksFlavour : random.pick(drawn);
}
