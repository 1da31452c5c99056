/* SPDX-License-Identifier: GPL-2.0-only */
#include <own/kernel.h>
