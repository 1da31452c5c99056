// SPDX-License-Identifier: GPL-2.0-only
/** How many of some things a corpus reached. */
export interface Reached {
  /** How many were reached. */
  readonly covered: number;
  /** How many there are. */
  readonly count: number;
}

/** How much of a file a corpus reached, as llvm-cov counts. */
export interface FileCoverage {
  /** `native/core/linux/gmap/gmap.c` */
  readonly file: string;
  /** Those that have code. */
  readonly lines: Reached;
  /** Each way that a condition can go is one. */
  readonly branches: Reached;
  /** The functions that nothing called, where somebody counted calls: of a tree's own files. */
  readonly never?: readonly string[];
}
