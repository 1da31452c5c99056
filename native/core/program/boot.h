/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine with a kernel that has booted, and one process: what programs run on. The way from one state of it to
 * another, with all that is built on a machine: its observer and tracer.
 */
#ifndef S390_GMAP_BOOT_H
#define S390_GMAP_BOOT_H

#include "core/machine/machine.h"

/* Fills in what a 4.7 kernel on a machine with all facilities has. */
void machine_default_options(struct machine_options *options);
/*
 * Makes a machine with one process, mm0. NULL and a text in *error if the options are out of range or
 * there is no memory.
 */
struct machine *machine_create(const struct machine_options *options, const char **error);
void machine_destroy(struct machine *m);
/* Back to the state after machine_create(). Costs what was written since, or a rebuild. */
void machine_reset(struct machine *m);

/*
 * Snapshots nest. Returns a number for machine_restore(), or -1 when UNDO_MAX_MARKS are live.
 * machine_restore() goes back to the snapshot, which stays; newer ones end. machine_forget() ends it
 * and the newer ones and keeps the state. False: there is no such snapshot.
 */
int machine_snapshot(struct machine *m);
bool machine_restore(struct machine *m, int snapshot);
bool machine_forget(struct machine *m, int snapshot);

#endif
