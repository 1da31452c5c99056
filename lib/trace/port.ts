// SPDX-License-Identifier: GPL-2.0-only
/** Programs for one kernel made into programs for another: the same calls under the names that it has. */
import { entryBits } from '../generated/abi.js';
import { withJson } from './json.js';
import { DEFAULT_KERNEL } from './kernel.js';
import { functionsOf, nameIn } from './operations.js';
import type { Trace, TraceCall } from './types.js';

/** What gmap_mprotect_notify is told where gmap_ipte_notify needs not be. */
const PROT_WRITE = 2n;
const { PGSTE_IN } = entryBits;

/**
 * The program with calls that `kernel` has, as far as there are any with the same effect. What was recorded of the calls
 * stays, except that it is not looked at when the program is executed.
 */
export function portTrace(trace: Trace, kernel: string): Trace {
  const functions = functionsOf(kernel);
  if (functions === functionsOf(trace.header.get('kernel') ?? DEFAULT_KERNEL)) return trace;
  const port = functions === '4_7' ? portBack : portForward;
  const items = trace.items.map((item) => (item.kind === 'call' ? withJson(port(item)) : item));
  return withJson({ ...trace, items });
}

function portForward(call: TraceCall): TraceCall {
  return {
    ...call,
    name: nameIn('4_8', call.name),
    args: call.name === 'gmap_ipte_notify' ? [...call.args, PROT_WRITE] : call.args,
  };
}

function portBack(call: TraceCall): TraceCall {
  const [mm, vmaddr, bits] = call.args;
  // 4.7 has no bits, and always calls.
  if (call.name === 'ptep_notify' && bits !== undefined && bits & PGSTE_IN)
    return { ...call, args: [mm ?? 0n, vmaddr ?? 0n] };
  const isNotify = call.name === 'gmap_mprotect_notify';
  if (isNotify && call.args.at(-1) !== PROT_WRITE) return call;
  return { ...call, name: nameIn('4_7', call.name), args: isNotify ? call.args.slice(0, -1) : call.args };
}
