// SPDX-License-Identifier: GPL-2.0-only
import type { Kernel } from '../generated/abi.js';
import type { Difference } from '../trace/index.js';

/** How one file did. */
export interface FileOutcome {
  /** As it was named, or found below a folder that was named. */
  readonly file: string;
  /** Whether both sides did the same. */
  readonly passed: boolean;
  /** How many calls it has; 0 if it could not be run at all. */
  readonly calls: number;
  /** The first difference; null if there is none. */
  readonly difference: Difference | null;
  /** Why it could not be run at all; null if it was. */
  readonly error: string | null;
}

/** How a recording did. */
export interface ReplayedFile extends FileOutcome {
  /** The kernel that the model behaved like; null if the recording could not be replayed at all. */
  readonly kernel: Kernel | null;
  /** The first call that the port does not have: up to there it did what was recorded, and a built code would go on. */
  readonly needsCode?: string;
}

/** What `replay --json` prints. */
export interface ReplayJson {
  /** How many recordings passed. */
  readonly passed: number;
  /** How many did not. One that needs a built code is in neither number. */
  readonly failed: number;
  /** In the order in which they were named and found. */
  readonly files: readonly ReplayedFile[];
}
