// SPDX-License-Identifier: GPL-2.0-only
/** Programs for one kernel made into programs for another: the same calls under the names that it has. */
import type { OperationName } from '../generated/abi.js';
import { DEFAULT_KERNEL, findKernel } from './kernel.js';
import type { Trace, TraceCall } from './types.js';

/** What 4.7 has, and what all kernels after it have in its place. */
const RENAMED: readonly (readonly [OperationName, OperationName])[] = [
  ['gmap_alloc', 'gmap_create'],
  ['gmap_free', 'gmap_remove'],
  ['gmap_register_ipte_notifier', 'gmap_register_pte_notifier'],
  ['gmap_unregister_ipte_notifier', 'gmap_unregister_pte_notifier'],
  ['gmap_ipte_notify', 'gmap_mprotect_notify'],
  ['test_and_clear_guest_dirty', 'ptep_test_and_clear_uc'],
];

const toLater = new Map(RENAMED);
const toFirst = new Map(RENAMED.map(([first, later]) => [later, first]));

/** What gmap_mprotect_notify is told where gmap_ipte_notify needs not be. */
const PROT_WRITE = 2n;
const PGSTE_IN = 0x0000400000000000n;

/**
 * The program with calls that `kernel` has, as far as there are any with the same effect. What was recorded of the calls
 * stays, except that it is not looked at when the program is executed.
 */
export function portTrace(trace: Trace, kernel: string): Trace {
  const back = isFirst(kernel);
  if (back === isFirst(trace.header.get('kernel') ?? DEFAULT_KERNEL)) return trace;
  const port = back ? portBack : portForward;
  return { ...trace, items: trace.items.map((item) => (item.kind === 'call' ? port(item) : item)) };
}

/** A kernel that the model does not know is a later one. */
function isFirst(kernel: string): boolean {
  return findKernel(kernel) === DEFAULT_KERNEL;
}

function portForward(call: TraceCall): TraceCall {
  const name = toLater.get(call.name) ?? call.name;
  return { ...call, name, args: call.name === 'gmap_ipte_notify' ? [...call.args, PROT_WRITE] : call.args };
}

function portBack(call: TraceCall): TraceCall {
  const [mm, vmaddr, bits] = call.args;
  // 4.7 has no bits, and always calls.
  if (call.name === 'ptep_notify' && bits !== undefined && bits & PGSTE_IN)
    return { ...call, args: [mm ?? 0n, vmaddr ?? 0n] };
  const isNotify = call.name === 'gmap_mprotect_notify';
  if (isNotify && call.args.at(-1) !== PROT_WRITE) return call;
  const name = toFirst.get(call.name) ?? call.name;
  return { ...call, name, args: isNotify ? call.args.slice(0, -1) : call.args };
}
