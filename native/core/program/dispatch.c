// SPDX-License-Identifier: GPL-2.0-only
/* The table of operations, and the way from a call to the function behind its row. */
#include "core/program/operations.h"

#define KINDS(...)          \
	{                   \
		__VA_ARGS__ \
	}
#define RENAMED(name_) .is_renamed = true, .renamed = OP_##name_
#define BUG OP_BUG
#define ERRORS(...) .errors = { __VA_ARGS__ }
#define METHOD(name_) .method = #name_
#define MARKS(marks_) .marks = marks_
const struct op_info op_infos[WIRE_OPS] = {
#define OP(name_, result_, arity_, kinds, names, kernels_, model, maker, ...) \
	[OP_##name_] = { .name = #name_,                                      \
			 .result = RESULT_##result_,                          \
			 .arity = arity_,                                     \
			 .kind = KINDS kinds,                                 \
			 .kernels = kernels_,                                 \
			 __VA_ARGS__ },
#include "abi/ops.def"
#undef OP
};

/* Whether the machine's kernel has a function, with the last argument that is given. */
static inline bool kernel_has(const struct machine *m, enum op_kernels kernels, const u64 *last)
{
	if (kernels == LAST_SINCE_4_8)
		return *last == WIRE_NO_ARGUMENT || m->options.profile->functions == FUNCTIONS_4_8;
	return op_is_in(kernels, m->options.profile->functions);
}

/* Goes on to op_NAME with the object, if there is one. */
#define CALL_ON(object, name)                   \
	if (unlikely(!(object)))                \
		return refuse(WIRE_BAD_HANDLE); \
	return op_##name(m, object, call);
#define call_on_machine(name) return op_##name(m, call);
#define call_on_mm(name)                             \
	struct mm *mm = live_mm_of(m, call->arg[0]); \
	CALL_ON(mm, name)
#define call_on_any_mm(name)                    \
	struct mm *mm = mm_of(m, call->arg[0]); \
	CALL_ON(mm, name)
#define call_on_gmap(name)                            \
	struct gmap *gmap = gmap_of(m, call->arg[0]); \
	CALL_ON(gmap, name)
#define call_on_notifier(name)                                   \
	struct gmap_notifier *nb = notifier_of(m, call->arg[0]); \
	CALL_ON(nb, name)

/* What the port does not have needs a built code; nor have fuzzers an oracle that knows it. */
#ifdef OWN_CODE
#define call_ONLY_BUILT(kinds, name)                          \
	if (m->options.no_shadows)                            \
		return (struct reply){ WIRE_UNSUPPORTED, 0 }; \
	PER_OBJECT(call_on_, kinds)(name)
#else
#define call_ONLY_BUILT(kinds, name) return refuse(WIRE_NEEDS_CODE);
#endif
#define call_ALL_KERNELS(kinds, name) PER_OBJECT(call_on_, kinds)(name)
#define call_ONLY_4_7 call_ALL_KERNELS
#define call_SINCE_4_8 call_ALL_KERNELS
#define call_LAST_SINCE_4_8 call_ALL_KERNELS

/* The way to each op_NAME: what the kernel does not have is refused first, then what names no object. */
#define OP(name, result, arity, kinds, names, kernels, ...)                                 \
	static struct reply call_##name(struct machine *m, const struct call *call)         \
	{                                                                                   \
		if (unlikely(!kernel_has(m, kernels, call->arg + (arity) - ((arity) > 0)))) \
			return (struct reply){ WIRE_UNSUPPORTED, 0 };                       \
		call_##kernels(kinds, name)                                                 \
	}
#include "abi/ops.def"
#undef OP

const op_fn op_functions[WIRE_OPS] = {
#define OP(name, ...) [OP_##name] = call_##name,
#include "abi/ops.def"
#undef OP
};
