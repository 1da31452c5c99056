/* SPDX-License-Identifier: GPL-2.0-only */
/* Two machines that made the same call: what the one told of it and the other did not. */
#ifndef S390_GMAP_DIFFER_H
#define S390_GMAP_DIFFER_H

#include "core/program/telling.h"

#define ANSWER_SIZE 96

struct difference {
	const char *rule; /* of what kind it is */
	char what[48];	  /* what both say something else of; "": of the call */
	char here[ANSWER_SIZE];
	char there[ANSWER_SIZE];
};

struct both {
	const struct told *here;
	const struct told *there;
	enum wire_op op;
};

/* differ.c: the first difference, but for words; false if there is none. */
bool told_differ(const struct both *both, struct difference *difference);

/* text.c: how an answer is written. */
void text_of_reply(char text[ANSWER_SIZE], const struct told *told, enum wire_op op);
/* NULL: none. */
void text_of_event(char text[ANSWER_SIZE], const struct event *event);
void text_of_items(char text[ANSWER_SIZE], const struct told *told);
/* The words of a fact; NULL: none. */
void text_of_fact(char text[ANSWER_SIZE], const u64 *fact);

#endif
