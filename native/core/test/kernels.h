/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests that run on a machine of each kernel, and say what each of them does. */
#ifndef S390_GMAP_TEST_KERNELS_H
#define S390_GMAP_TEST_KERNELS_H

#include "core/program/interp.h"
#include "test.h"

/* Those that tests expect something of. */
enum kernel { LINUX_4_7, LINUX_5_10, LINUX_6_1, LINUX_6_12, KERNELS };

static const char *const kernel_names[KERNELS] = { "linux-4.7", "linux-5.10", "linux-6.1", "linux-6.12" };

/* A kernel that is not here is expected to do what the newest one does, until a test says otherwise. */
static inline enum kernel kernel_of(const struct machine *m)
{
	enum kernel kernel = LINUX_4_7;

	while (kernel < KERNELS - 1 && strcmp(m->options.profile->name, kernel_names[kernel]) != 0)
		kernel++;
	return kernel;
}

/* What is expected of 4.7, of 5.10, of 6.1, and of 6.12. */
#define BY_KERNEL(m, v4_7, v5_10, v6_1, v6_12) \
	(((const u64[KERNELS]){ (u64)(v4_7), (u64)(v5_10), (u64)(v6_1), (u64)(v6_12) })[kernel_of(m)])

static inline void linux_4_7(struct machine_options *options)
{
	options->profile = profile_find("linux-4.7");
}

static inline void linux_5_10(struct machine_options *options)
{
	options->profile = profile_find("linux-5.10");
}

static inline void linux_6_1(struct machine_options *options)
{
	options->profile = profile_find("linux-6.1");
}

static inline void linux_6_12(struct machine_options *options)
{
	options->profile = profile_find("linux-6.12");
}

#define ON(kernel, function, ...)                                                                 \
	{                                                                                         \
		.name = #function " on " #kernel, .run = function, .options = kernel, __VA_ARGS__ \
	}

/* The test on a machine of each kernel, and of each after 4.7. */
#define ALL(function) TEST(function, .kernels = ON_ALL)
#define LATER(function) TEST(function, .kernels = ON_LATER)

#define CALL(m, op, ...) \
	call_operation((m), (op), (const struct call){ .result_handle = WIRE_NO_HANDLE, .arg = { __VA_ARGS__ } })

static inline struct reply call_operation(struct machine *m, enum wire_op op, struct call call)
{
	return machine_call(m, op, &call);
}

#define EXPECT_OK(reply, value) expect_reply(__FILE__, __LINE__, (reply), WIRE_OK, (u64)(value))
#define EXPECT_REFUSED(reply, reason) expect_reply(__FILE__, __LINE__, (reply), WIRE_REFUSED, (reason))
#define EXPECT_UNSUPPORTED(reply) expect_reply(__FILE__, __LINE__, (reply), WIRE_UNSUPPORTED, 0)

static inline void expect_reply(const char *file, int line, struct reply reply, enum wire_status status, u64 value)
{
	if (reply.status == status && reply.value == value)
		return;
	printf("%s:%d: status %d, value 0x%llx, expected %d, 0x%llx\n", file, line, (int)reply.status,
	       (unsigned long long)reply.value, (int)status, (unsigned long long)value);
	failures++;
}

/* mm0 runs guests, and has memory for the length of a segment. */
static inline struct mm *guest_process(struct machine *m, u64 vmaddr)
{
	struct mm *mm = m->s.mm[0];

	EXPECT_EQ(s390_enable_sie(m, mm), 0);
	map_memory(m, mm, vmaddr, PMD_SIZE, READ_WRITE);
	return mm;
}

static inline void load(struct machine *m, struct mm *mm, u64 address)
{
	u64 value = 1;

	EXPECT_EQ(user_load(m, mm, address, &value), 0);
	EXPECT_EQ(value, 0);
}

static inline void store(struct machine *m, struct mm *mm, u64 address)
{
	EXPECT_EQ(user_store(m, mm, address, 1), 0);
}

/* new_gmap() of test.h with the function that kernels after 4.7 have. */
static inline struct gmap *create_gmap(struct machine *m, struct mm *mm, u64 handle)
{
	struct gmap *gmap = gmap_create(m, mm, 0);

	EXPECT(gmap != NULL);
	SET(m, gmap->handle, handle);
	SET(m, m->s.gmap[handle], gmap);
	if (m->s.gmap_count <= handle)
		SET(m, m->s.gmap_count, handle + 1);
	return gmap;
}

/* On such a kernel, a guest with a segment of memory, and a notifier. */
static inline struct gmap *later_guest(struct machine *m, u64 vmaddr, u64 gaddr)
{
	struct gmap *gmap = create_gmap(m, guest_process(m, vmaddr), 0);

	EXPECT_EQ(gmap_map_segment(m, gmap, vmaddr, gaddr, PMD_SIZE), 0);
	add_notifier(m, 0);
	m->events.mask = EVENTS_FLUSH;
	return gmap;
}

#endif
