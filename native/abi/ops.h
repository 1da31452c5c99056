/* SPDX-License-Identifier: GPL-2.0-only */
/* The words that the rows of ops.def and kinds.def are made of. What they mean is said there. */
#ifndef S390_GMAP_OPS_H
#define S390_GMAP_OPS_H

enum wire_op {
#define OP(name, ...) OP_##name,
#include "abi/ops.def"
#undef OP
	WIRE_OPS
};

enum wire_result {
	RESULT_VOID,
	RESULT_RC,
	RESULT_COUNT,
	RESULT_WORD,
	RESULT_HANDLE_MM,
	RESULT_HANDLE_GMAP,
	RESULT_LIST_GMAP,
	RESULT_HANDLE_SHADOW
};

/* The kind of an argument. */
enum wire_arg {
	ARG_NONE,
#define KIND(name, form, text) ARG_##name,
#include "abi/kinds.def"
#undef KIND
};

/* How an argument is written. */
enum wire_form {
	FORM_NONE,
	FORM_MM,
	FORM_GMAP,
	FORM_NOTIFIER,
	FORM_HEX,
	FORM_DEC,
	FORM_INJECT,
	FORM_NULL,
	FORM_OPT,
	FORM_REST
};

static inline enum wire_form wire_form_of(enum wire_arg kind)
{
	static const unsigned char forms[] = {
		FORM_NONE,
#define KIND(name, form, text) FORM_##form,
#include "abi/kinds.def"
#undef KIND
	};

	return (enum wire_form)forms[kind];
}

enum op_kernels { ALL_KERNELS, ONLY_4_7, SINCE_4_8, LAST_SINCE_4_8, ONLY_BUILT };

enum op_maker { BY_MODULE, BY_PROCESS, BY_INIT, BY_NOBODY };

enum op_mark { GMAP_FLUSHES = 1, IN_NOTIFIER = 2, ENDS_OBJECT = 4 };

#endif
