// SPDX-License-Identifier: GPL-2.0-only
/** The radix trees of a gmap, which tables cannot tell. */
import { type Handle, native } from './binding.js';
import type { Context } from './context.js';
import type { RadixItems } from './inspect/inspect-address.js';

export function radixItemsOf(context: Context, gmap: Handle): RadixItems {
  const item = (address: bigint, which: 0 | 1 | 2) => {
    const answer = native.radixItem(gmap, address, which);
    if (typeof answer === 'bigint') return answer;
    return answer === -1 ? undefined : context.throwAnswer('inspect', answer);
  };
  return {
    hostOf: (gaddr) => item(gaddr, 0),
    entryOf: (vmaddr) => item(vmaddr, 1),
    gaddrOf: (vmaddr) => item(vmaddr, 2),
  };
}
