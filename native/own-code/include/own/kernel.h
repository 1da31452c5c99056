/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a tree's gmap.c and pgtable.c see in place of the headers of linux/ and of most of asm/, whose names are files of one line
 * beside this one. From the tree itself come asm/gmap.h, pgtable.h, page.h, pgalloc.h, tlbflush.h and page-states.h, linux/list.h
 * and the macros for configuration. Names are the kernel's, the code is ours.
 */
#ifndef OWN_KERNEL_H
#define OWN_KERNEL_H

#include <own/types.h>
#include <own/state.h>
#include <own/bug.h>
#include <own/instructions.h>
#include <own/lists.h>
#include <own/locks.h>
#include <own/memory.h>
#include <own/radix.h>
#include <own/process.h>
#include <own/pages.h>

#endif
