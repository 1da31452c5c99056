// SPDX-License-Identifier: GPL-2.0-only
/** The radix trees of a gmap, which tables cannot tell. */
import type { Handle } from '../native/binding.js';
import type { Context } from '../native/context.js';

/** What the trees say of the segment of an address; undefined is nothing. */
export interface RadixItems {
  /** Item of guest_to_host: the first host address of the segment. */
  readonly hostOf: (gaddr: bigint) => bigint | undefined;
  /** Item of host_to_guest: absolute address of the guest's segment entry. */
  readonly entryOf: (vmaddr: bigint) => bigint | undefined;
  /** The first guest address that this entry translates. */
  readonly gaddrOf: (vmaddr: bigint) => bigint | undefined;
}

/** Of the gmap with this handle. */
export function radixItemsOf(context: Context, gmap: Handle): RadixItems {
  const item = (address: bigint, which: 0 | 1 | 2) => {
    const answer = context.native.radixItem(gmap, address, which);
    if (typeof answer === 'bigint') return answer;
    return answer === -1 ? undefined : context.throwAnswer('inspect', answer);
  };
  return {
    hostOf: (gaddr) => item(gaddr, 0),
    entryOf: (vmaddr) => item(vmaddr, 1),
    gaddrOf: (vmaddr) => item(vmaddr, 2),
  };
}
