/* SPDX-License-Identifier: GPL-2.0-only */
/* What js/ needs of hot/: all its functions, and what is to be done when a machine closes. */
#ifndef S390_GMAP_ADDON_HOT_H
#define S390_GMAP_ADDON_HOT_H

#include "addon/addon.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Adds the functions to `exports`; false if they cannot be made. */
bool operations_define(struct addon *addon, napi_value exports);
bool accesses_define(struct addon *addon, napi_value exports);

/* callbacks.c */
/* Lets JavaScript hear of what happens in the middle of a call. WRONG_TYPE(1): not a function. */
int dispatcher_set(struct addon_machine *machine, napi_value function);
void dispatcher_forget(struct addon_machine *machine);
/* Whether the dispatcher is told of a block's calls, and that mmap_sem was dropped. */
#define MAX_BLOCK 255
void listen_to_block(struct addon_machine *machine, u64 block, bool on);
void listen_to_drops(struct addon_machine *machine, bool on);
/* Unregisters the block if it is registered, and makes it a structure that is all zero. */
int block_clear(struct addon_machine *machine, u64 block);
/* How many exceptions wait for calls that are still running. */
u32 exceptions_waiting(const struct addon_machine *machine);

#ifdef __cplusplus
}
#endif

#endif
