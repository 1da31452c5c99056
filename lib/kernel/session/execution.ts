// SPDX-License-Identifier: GPL-2.0-only
import type { Observation } from '../../trace/observations.js';
import type { LastWords } from './console.js';

/** What a kernel did with a program. */
export interface Execution {
  /** Of each call, up to the last that the kernel survived. */
  readonly observations: readonly Observation[];
  /** What it said when it died; absent if it lives. */
  readonly died?: LastWords;
}
