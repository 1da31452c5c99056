/* SPDX-License-Identifier: GPL-2.0-only */
/* What /dev/racer does, by the numbers of ioctl(). */
#define RACER_SEGMENT (1UL << 20)

enum {
	RACER_SETUP = 0x7a01,
	RACER_FAULT = 0x7a02,
	RACER_SYNC = 0x7a03,
	RACER_IS_LINKED = 0x7a04,
};
