// SPDX-License-Identifier: GPL-2.0-only
/** From the preprocessed C of a tree's file to C that compiles on this host: see README.md. */
import { rewriteAsm } from './asm/rewrite.js';
import { countLoops } from './loops.js';
import type { Place } from './source.js';
import { moveStatics, type Shared } from './statics/move.js';

export type { Place, Shared };

export interface RewriteOptions {
  /** The tree's file, as the preprocessor names it: the variables that it defines are moved. */
  readonly file: string;
  /** What the names of structures and functions for them end in: `gmap`. */
  readonly suffix: string;
  /** Whether loops count their turns, so that one that never ends does: default true. */
  readonly loops?: boolean;
}

export interface UnknownInstruction {
  /** One instruction, or a whole statement that could not be read. */
  readonly text: string;
  readonly place: Place;
}

export interface Rewritten {
  readonly text: string;
  /** Instructions that end the call that comes to them. */
  readonly unknown: readonly UnknownInstruction[];
  /** The variables that were moved; those of functions as `function.name`. */
  readonly statics: readonly string[];
  /** Variables that were not, for all that, as those of headers: machines of one process, or of one thread, would share them. */
  readonly shared: readonly Shared[];
}

/** Never fails: what it cannot read it leaves for the compiler to complain of. */
export function rewriteSource(text: string, options: RewriteOptions): Rewritten {
  const { text: moved, statics, shared } = moveStatics(text, options);
  const { text: rewritten, unknown } = rewriteAsm(options.loops === false ? moved : countLoops(moved));
  return { text: rewritten, unknown, statics, shared };
}
