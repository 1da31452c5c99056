// SPDX-License-Identifier: GPL-2.0-only
/** How long work tells how far it is: the library itself prints nothing. */

/** A step of an installation. Steps come one after the other. */
export interface Progress {
  /** `download linux-image-6.1.0-50-s390x` */
  readonly step: string;
  /** How much of the step is done, 0 to 1; absent if nobody knows. */
  readonly fraction?: number;
}

/** Is told of each step, and how far it is. */
export type OnProgress = (progress: Progress) => void;
