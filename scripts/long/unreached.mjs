// SPDX-License-Identifier: GPL-2.0-only
// Why no program reaches a function of a tree's gmap.c and pgtable.c.

const REASONS = [
  [/shadow|rmap|gmap_read_table|gmap_idte_one/, 'shadow gmaps: no oracle knows them, so fuzzers make none'],
  [
    /^(gmap_)?p[mu]dp_|_pmd(p_gmap)?$|^pmdp_notify|^gmap_pmd_|pgtable_trans_huge|^thp_/,
    '1 MiB pages in gmaps, or transparent',
  ],
  [/^__?s390_uv_|^s390_(uv_|gather|unlist|replace_asce)|_inaccessible/, 'protected guests'],
  [/^pgste_perform_essa$|^(set|get)_pgste/, 'page states: programs set them by an operation of ours'],
  [/^pgprot_/, 'memory of devices'],
  [/^ptep_reset_dat_prot$/, 'RDP, which machines do not have'],
  [/^gmap_get_enabled$|^ptep_set_notify$|^gmap_pte_op_walk$/, 'no operation calls it'],
];

/** Undefined: nobody knows. */
export function reasonFor(name) {
  return REASONS.find(([pattern]) => pattern.test(name))?.[1];
}
