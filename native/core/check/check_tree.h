/* SPDX-License-Identifier: GPL-2.0-only */
/* Radix trees, and the files whose pages hang in one. */
#ifndef S390_GMAP_CHECK_TREE_H
#define S390_GMAP_CHECK_TREE_H

#include "core/check/check_found.h"

/* The tree's nodes fit together; counts them. */
bool check_radix_tree(struct check *c, const struct radix_root *root, const char *name, const char *tree);
/* Pages and references of the files that check_vmas() found. */
bool check_files(struct check *c);

#endif
