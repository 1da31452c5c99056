/* SPDX-License-Identifier: GPL-2.0-only */
/* The rows of ops.def, and the way from a call to the function behind its row. */
#ifndef S390_GMAP_DISPATCH_H
#define S390_GMAP_DISPATCH_H

#include "core/linux/profile.h"
#include "core/program/call.h"

struct machine;

#define MAX_ERRORS 6
#define OP_BUG 255 /* in place of an errno: the call may be one that the kernel does not survive */

/* A row of ops.def, which says what the columns are. */
struct op_info {
	const char *name;
	const char *method; /* NULL: none */
	enum wire_result result;
	u32 arity;
	enum wire_arg kind[MAX_ARGS];
	enum op_kernels kernels;
	enum wire_op renamed; /* if it is */
	bool is_renamed;
	u8 marks;	       /* enum op_mark */
	u8 errors[MAX_ERRORS]; /* errnos and OP_BUG; 0 behind the last one */
};
extern const struct op_info op_infos[WIRE_OPS];

/* The way to op_NAME from a call, with all that it refuses. */
typedef struct reply (*op_fn)(struct machine *m, const struct call *call);
extern const op_fn op_functions[WIRE_OPS];

/* Whether kernels with these functions have what a row says. */
static inline bool op_is_in(enum op_kernels kernels, enum profile_functions functions)
{
	switch (kernels) {
	case ONLY_4_7:
		return functions == FUNCTIONS_4_7;
	case SINCE_4_8:
	case ONLY_BUILT:
		return functions == FUNCTIONS_4_8;
	default:
		return true;
	}
}

/* The operation under the name that such kernels have for it; itself if they have none. */
static inline enum wire_op op_in(enum wire_op op, enum profile_functions functions)
{
	const struct op_info *info = &op_infos[op];

	return info->is_renamed && !op_is_in(info->kernels, functions) ? info->renamed : op;
}

#endif
