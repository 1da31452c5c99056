// SPDX-License-Identifier: GPL-2.0-only
/** What happens inside of calls, in order. */
import { EVENT_WORDS, eventKinds, type InjectKind, injectKinds } from '../generated/abi.js';
import { withJson } from '../trace/json.js';

/** gmaps, notifiers and processes are named by their numbers: they can be gone when the event is looked at. */
export type MachineEvent =
  /** Notifier block `notifier` was called. `end`: the last guest address, which 4.7 does not tell. */
  | {
      readonly kind: 'notify';
      readonly notifier: number;
      readonly gmap: number;
      readonly gaddr: bigint;
      readonly end: bigint | undefined;
    }
  /** All TLB entries made through the gmap's ASCE were flushed, on all CPUs. */
  | { readonly kind: 'idte'; readonly gmap: number; readonly asce: bigint }
  /** All TLB entries made through the process's ASCE were flushed; `local`: on this CPU only. */
  | { readonly kind: 'idte-mm'; readonly mm: number; readonly asce: bigint; readonly local: boolean }
  /** The PTE at absolute address `pte` was invalidated and its TLB entries flushed. */
  | { readonly kind: 'ipte'; readonly vmaddr: bigint; readonly pte: bigint; readonly local: boolean }
  /** The PTE was invalidated by a plain store: a flush is owed. */
  | { readonly kind: 'lazy'; readonly vmaddr: bigint; readonly pte: bigint }
  /** The whole TLB was flushed. */
  | { readonly kind: 'flush-all'; readonly local: boolean }
  /** The storage key of a frame was set. */
  | { readonly kind: 'key'; readonly absolute: bigint; readonly key: number; readonly quiescing: boolean }
  /** 2^order frames of 4 KiB were allocated, or freed. */
  | { readonly kind: 'alloc-frames' | 'free-frames'; readonly absolute: bigint; readonly order: number }
  /** The entry of a region or segment table at absolute address `entry` was invalidated and its TLB entries flushed. */
  | { readonly kind: 'idte-entry'; readonly address: bigint; readonly entry: bigint; readonly local: boolean }
  /** What gmap_shadow answered when shadow_in_callback had it called inside of the notifier block's callback. */
  | {
      readonly kind: 'inner-shadow';
      readonly notifier: number;
      readonly gmap: number;
      readonly asce: bigint;
      readonly answer: bigint;
    }
  /** An allocation failed, or what stands for one: as ordered by `inject`, or, `none`, since memory is used up. */
  | { readonly kind: 'failure'; readonly inject: InjectKind };

type Decoder = (a: number, b: number, address: bigint, end: bigint) => MachineEvent;

const decoders: Readonly<Record<(typeof eventKinds)[number], Decoder>> = {
  NOTIFY: (a, b, address, end) => ({ kind: 'notify', notifier: a, gmap: b, gaddr: address, end: end || undefined }),
  IDTE: (_a, b, address) => ({ kind: 'idte', gmap: b, asce: address }),
  IDTE_MM: (a, b, address) => ({ kind: 'idte-mm', mm: b, asce: address, local: a === 1 }),
  IPTE: (a, _b, address, end) => ({ kind: 'ipte', vmaddr: address, pte: end, local: a === 1 }),
  LAZY: (_a, _b, address, end) => ({ kind: 'lazy', vmaddr: address, pte: end }),
  FLUSH_ALL: (a) => ({ kind: 'flush-all', local: a === 1 }),
  KEY: (a, b, address) => ({ kind: 'key', absolute: address, key: a, quiescing: b === 1 }),
  ALLOC_FRAMES: (a, _b, address) => ({ kind: 'alloc-frames', absolute: address, order: a }),
  FREE_FRAMES: (a, _b, address) => ({ kind: 'free-frames', absolute: address, order: a }),
  IDTE_ENTRY: (a, _b, address, end) => ({ kind: 'idte-entry', address, entry: end, local: a === 1 }),
  INNER_SHADOW: (a, b, answer, asce) => ({ kind: 'inner-shadow', notifier: a, gmap: b, asce, answer }),
  FAILURE: (a) => ({ kind: 'failure', inject: injectKinds[a] ?? 'none' }),
};

/** Events as native code hands them out. */
export function decodeEvents(words: BigUint64Array): MachineEvent[] {
  const events: MachineEvent[] = [];
  for (let i = 0; i + EVENT_WORDS <= words.length; i += EVENT_WORDS) {
    const [head = 0n, b = 0n, address = 0n, end = 0n] = words.subarray(i, i + EVENT_WORDS);
    const kind = eventKinds[Number(head & 0xffff_ffffn)];
    if (!kind) throw new Error(`there is no event ${head & 0xffff_ffffn}; lib and addon are of different versions`);
    events.push(withJson(decoders[kind](Number(head >> 32n), Number(b), address, end)));
  }
  return events;
}
