/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a tree's code and the machine that it runs on both know, one for each thread: whose call runs. Both sides include this:
 * its types are words and pointers.
 */
#ifndef OWN_STATE_H
#define OWN_STATE_H

/* Which word of `lowcore` is which. */
#define OWN_LOWCORE_GMAP 0

struct own_state {
	void *machine;		  /* NULL before the first call */
	char *stack;		  /* the tree's locals lie below */
	void *frames;		  /* descriptor of frame 0, be it there or not */
	unsigned long zero_page;  /* address of the first one */
	unsigned long lowcore[3]; /* what the tree keeps there: gmap, user_asce, machine_flags */
	unsigned long cpu;
	unsigned long checking;	 /* locks are looked at: the runtime is told of them */
	unsigned long no_pgstes; /* the task's page tables have none: locking one is looked at in any case */
	unsigned long debug_vm;
	long *preempt_count;
	void *mm;	       /* of the current task */
	unsigned long spins;   /* tries of the call that came to nothing, see own_spin() */
	unsigned long loops;   /* turns that its loops may still take, see own_loop() */
	unsigned long faulted; /* where the last fault was asked for */
	unsigned long faults;  /* that the call has asked for there before, one after the other */
	unsigned long iptes;   /* how often IPTE was executed */
	unsigned long handle;  /* that the gmap gets which is made */
	unsigned long shadow;  /* an operation on shadows runs, see adapter_shadow.c */
};

/*
 * Small enough for the room that C libraries keep in every thread: no call is needed to find it. One that keeps none (musl) refuses
 * to load such an addon: there, -DOWN_THREAD=__thread.
 */
#ifndef OWN_THREAD
#define OWN_THREAD __thread __attribute__((tls_model("initial-exec")))
#endif

extern OWN_THREAD struct own_state own_thread;
#define own (&own_thread)

/*
 * The static data of a tree's files belong to the machine: the rewriter makes these structures, with their sizes, and what gives
 * them their first values.
 */
extern OWN_THREAD struct own_statics_gmap *own_statics_gmap;
extern OWN_THREAD struct own_statics_pgtable *own_statics_pgtable;
extern const unsigned long own_statics_gmap_size;
extern const unsigned long own_statics_pgtable_size;
void own_statics_gmap_init(void);
void own_statics_pgtable_init(void);

#endif
