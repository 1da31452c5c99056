/* SPDX-License-Identifier: GPL-2.0-only */
/* What the code of a tree knows of the machine that runs it: the runtime's, one for each thread. */
#ifndef OWN_STATE_H
#define OWN_STATE_H

/*
 * Where C libraries keep room for them, variables of a thread are read without a call. One that does not (musl) refuses to load
 * such an addon: there, -DOWN_THREAD=__thread.
 */
#ifndef OWN_THREAD
#define OWN_THREAD __thread __attribute__((tls_model("initial-exec")))
#endif

struct own {
	/* Whether the runtime looks at locks: only then is it told of compare-and-swaps and of assembly's stores. */
	unsigned long checking;
};

extern OWN_THREAD struct own *own;

/*
 * The file-scope variables of a tree's files: the rewriter makes these structures, with their sizes, and what gives them
 * their first values, which needs the pointers.
 */
extern OWN_THREAD struct own_statics_gmap *own_statics_gmap;
extern OWN_THREAD struct own_statics_pgtable *own_statics_pgtable;
extern const unsigned long own_statics_gmap_size;
extern const unsigned long own_statics_pgtable_size;
void own_statics_gmap_init(void);
void own_statics_pgtable_init(void);

#endif
