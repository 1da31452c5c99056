// SPDX-License-Identifier: GPL-2.0-only
/** Kinds of calls: what the timeline and the list colour. */
export const kinds = ['map', 'link', 'unmap', 'notify', 'key', 'process', 'machine'] as const;
export type Kind = (typeof kinds)[number];

const PATTERNS: readonly (readonly [Kind, RegExp])[] = [
  ['notify', /notif|ptep_notify/],
  ['key', /key|dirty|_uc$|reference_bit|skey|cmma|essa|young/],
  ['unmap', /unmap|unlink|discard|zap|free|remove|put$/],
  ['link', /fault|__gmap_link|translate|segment_gaddr/],
  ['map', /gmap_map_segment|gmap_alloc|gmap_create|gmap_get|enable$|disable$/],
  [
    'process',
    /^(mmap|mmap_huge|munmap|mprotect|madvise|mremap|load|store|fork|swap_out|exit|exec|thp_split_mm|s390_enable_sie)$/,
  ],
];

export const kindNames: Record<Kind, string> = {
  map: 'guest mappings',
  link: 'faults and links',
  unmap: 'unmapping',
  notify: 'notifiers',
  key: 'keys and usage',
  process: 'the process',
  machine: 'the machine',
};

export function kindOf(name: string): Kind {
  return PATTERNS.find(([, pattern]) => pattern.test(name))?.[0] ?? 'machine';
}
