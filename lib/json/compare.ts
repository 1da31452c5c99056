// SPDX-License-Identifier: GPL-2.0-only
import type { SkippedCalls } from '../kernel/index.js';
import type { Difference } from '../trace/index.js';
import type { FileOutcome } from './replay.js';

/** How a program did. */
export interface ComparedFile extends FileOutcome {
  /** Whether the kernel died of the last call that was compared. */
  readonly died: boolean;
  /** Calls that could not be made on the kernel. */
  readonly skipped: readonly SkippedCalls[];
  /** The page that explores the difference; null if there is none, or none was asked for. */
  readonly page: string | null;
}

/** What `compare PROGRAM… --json` prints. */
export interface CompareJson {
  /** How many programs passed. */
  readonly passed: number;
  /** How many did not. */
  readonly failed: number;
  /** Calls of all programs that could not be made on the kernel, most frequent first. */
  readonly skipped: readonly SkippedCalls[];
  /** In the order in which they were named and found. */
  readonly files: readonly ComparedFile[];
}

/** The smallest program that shows a difference. */
export interface RandomFindingJson {
  /** `seed 7` */
  readonly file: string;
  /** Of the random program that was made smaller, 0 to 2^32 − 1. */
  readonly seed: number;
  /** Always false. */
  readonly passed: boolean;
  /** How many calls it has. */
  readonly calls: number;
  /** Where the two sides part. */
  readonly difference: Difference | null;
  /** Whether the kernel died of the last call that was compared. */
  readonly died: boolean;
  /** Calls that could not be made on the kernel. */
  readonly skipped: readonly SkippedCalls[];
  /** The lines of the program, with what the kernel, or the expected side, did. */
  readonly program: readonly string[];
}

/** What `compare --random COUNT --json` prints. */
export interface CompareRandomJson {
  /** How many programs passed. */
  readonly passed: number;
  /** How many did not. */
  readonly failed: number;
  /** How many calls were compared. */
  readonly calls: number;
  /** How many seconds comparing took, without what came before and after it. */
  readonly seconds: number;
  /** Calls of all programs that could not be made on the kernel. */
  readonly skipped: readonly SkippedCalls[];
  /** The first differences, made smaller. */
  readonly findings: readonly RandomFindingJson[];
}
