// SPDX-License-Identifier: GPL-2.0-only
// Why no program reaches a function of a tree's gmap.c and pgtable.c.

const REASONS = [
  [
    /shadow|rmap|gmap_read_table|gmap_idte_one|gmap_pte_op_walk/,
    'shadow gmaps: no oracle knows them, so fuzzers make none',
  ],
  [
    /^(gmap_)?p[mu]dp_|_pmd(p_gmap)?$|^pmdp_notify|^gmap_pmd_|pgtable_trans_huge|^thp_/,
    '1 MiB pages in gmaps, or transparent',
  ],
  [/^__s390_uv_|^(__)?s390_reset_acc$|^s390_(uv_|gather|unlist|replace_asce)|_inaccessible/, 'protected guests'],
  [/^pgste_perform_essa$|^(set|get)_pgste/, 'page states: programs have operations of ours for them'],
  [/^pgprot_/, 'memory of devices'],
  [/^ptep_reset_dat_prot$/, 'RDP, which machines do not have'],
  [/^gmap_get_enabled$|^ptep_set_notify$|^s390_disable_cow_sharing$/, 'no operation calls it'],
];

/** Undefined: nobody knows. */
export function reasonFor(name) {
  return REASONS.find(([pattern]) => pattern.test(name))?.[1];
}
