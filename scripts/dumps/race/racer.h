/* SPDX-License-Identifier: GPL-2.0-only */
/* What /dev/racer does, by the numbers of ioctl(). */
#define RACER_SEGMENT (1UL << 20)
/* As many segments has the guest, one for each CPU. */
#define RACER_SEGMENTS 2

enum {
	RACER_SETUP = 0x7a01,
	RACER_FAULT = 0x7a02,
	RACER_SYNC = 0x7a03,
	RACER_IS_LINKED = 0x7a04,
};
