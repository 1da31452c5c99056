/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Going back. These know the state only; machine_snapshot() and so on (program/boot.h) take along what is built on it.
 */
#ifndef S390_GMAP_SNAPSHOT_H
#define S390_GMAP_SNAPSHOT_H

#include "core/machine/types.h"

struct machine;

/*
 * Snapshots nest. Returns a number for snapshot_restore(), or -1 when UNDO_MAX_MARKS are live.
 * snapshot_restore() goes back to the snapshot, which stays; newer ones end. snapshot_forget() ends it and the newer
 * ones and keeps the state. False: there is no such snapshot.
 */
int snapshot_take(struct machine *m);
bool snapshot_restore(struct machine *m, int snapshot);
bool snapshot_forget(struct machine *m, int snapshot);
/* How many are live. */
u32 snapshot_count(const struct machine *m);
/* Back to the machine's first state; false if the log does not reach back so far. */
bool snapshot_restore_first(struct machine *m);

#endif
