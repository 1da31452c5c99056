// SPDX-License-Identifier: GPL-2.0-only
/** A recording says what ran its program, whatever the program said of what ran it before. */
import type { Kernel } from '../generated/abi.js';
import { headerKey } from './header.js';
import { lineNumberer, makeComment } from './make.js';
import type { TraceItem } from './types.js';

/** What ran a program. */
export interface RanBy {
  /** In place of the kernel that the header names; undefined: it is that one. */
  readonly kernel: Kernel | undefined;
  /** The built code, if it was none of the port's. */
  readonly code: string | undefined;
}

/** The items of a recording whose header names a kernel: with what ran it there. */
export function* ranBy(items: Iterable<TraceItem>, { kernel, code }: RanBy): Generator<TraceItem> {
  const number = lineNumberer();
  let inHeader = true;
  for (const item of items) {
    inHeader &&= item.kind === 'comment';
    const key = inHeader && item.kind === 'comment' ? headerKey(item.text) : undefined;
    if (key === 'code') continue;
    yield number(key === 'kernel' && kernel !== undefined ? makeComment(`# kernel: ${kernel}`) : item);
    if (key === 'kernel' && code !== undefined) yield number(makeComment(`# code: ${code}`));
  }
}
