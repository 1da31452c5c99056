// SPDX-License-Identifier: GPL-2.0-only
/** How long a kernel may take before it counts as hung. */

/** How long a kernel may take before it counts as hung, in milliseconds: 0 to 2^31 - 1. */
export interface Limits {
  /** From the start of QEMU until the guest is ready. Default: 120 000 ms. */
  readonly bootMs: number;
  /** For a call. Default: 10 000 ms. */
  readonly callMs: number;
  /** For each of many calls at once, in addition. Default: 5 ms. */
  readonly perCallMs: number;
}

/** Those that hold where no others are asked for. */
export const defaultLimits: Limits = { bootMs: 120_000, callMs: 10_000, perCallMs: 5 };
