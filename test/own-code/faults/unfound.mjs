// SPDX-License-Identifier: GPL-2.0-only
// Faults in Linux 6.1 that no oracle finds: each with what is in its way, as far as it was looked into.
export const unfound = [];
