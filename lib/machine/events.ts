// SPDX-License-Identifier: GPL-2.0-only
/** What happens inside of calls, in order. */
import { EVENT_WORDS, eventKinds, type InjectKind, injectKinds } from '../generated/abi.js';
import { withJson } from '../trace/json.js';

/** What happened inside of a call. gmaps, notifiers and processes are named by their numbers: they can be gone when the event is looked at. */
export type MachineEvent =
  /** A notifier block was called. */
  | {
      readonly kind: 'notify';
      /** The number of the {@link IpteNotifier}. */
      readonly notifier: number;
      /** The number of the gmap that it was called for. */
      readonly gmap: number;
      /** The guest address in that gmap. */
      readonly gaddr: bigint;
      /** The last guest address, which 4.7 does not tell. */
      readonly end: bigint | undefined;
    }
  /** All TLB entries made through the gmap's ASCE were flushed, on all CPUs. */
  | {
      readonly kind: 'idte';
      /** The number of the gmap. */
      readonly gmap: number;
      /** The address-space-control element. */
      readonly asce: bigint;
    }
  /** All TLB entries made through the process's ASCE were flushed. */
  | {
      readonly kind: 'idte-mm';
      /** The number of the process. */
      readonly mm: number;
      /** The address-space-control element. */
      readonly asce: bigint;
      /** On this CPU only. */
      readonly local: boolean;
    }
  /** A PTE was invalidated and its TLB entries flushed. */
  | {
      readonly kind: 'ipte';
      /** The host address that it maps. */
      readonly vmaddr: bigint;
      /** The absolute address of the PTE. */
      readonly pte: bigint;
      /** On this CPU only. */
      readonly local: boolean;
    }
  /** A PTE was invalidated by a plain store: a flush is owed. */
  | {
      readonly kind: 'lazy';
      /** The host address that it maps. */
      readonly vmaddr: bigint;
      /** The absolute address of the PTE. */
      readonly pte: bigint;
    }
  /** The whole TLB was flushed. */
  | {
      readonly kind: 'flush-all';
      /** On this CPU only. */
      readonly local: boolean;
    }
  /** The storage key of a frame was set. */
  | {
      readonly kind: 'key';
      /** The absolute address of the frame. */
      readonly absolute: bigint;
      /** The new key, 0 to 0xff. */
      readonly key: number;
      /** Whether all CPUs were made to wait for it. */
      readonly quiescing: boolean;
    }
  /** 2^order frames of 4 KiB were allocated, or freed. */
  | {
      /** Which of both. */
      readonly kind: 'alloc-frames' | 'free-frames';
      /** The absolute address of the first one. */
      readonly absolute: bigint;
      /** The binary logarithm of their number. */
      readonly order: number;
    }
  /** The entry of a region or segment table was invalidated and its TLB entries flushed. */
  | {
      readonly kind: 'idte-entry';
      /** The address that it translates. */
      readonly address: bigint;
      /** The absolute address of the entry. */
      readonly entry: bigint;
      /** On this CPU only. */
      readonly local: boolean;
    }
  /** gmap_shadow was called inside of a callback, as shadow_in_callback had ordered. */
  | {
      readonly kind: 'inner-shadow';
      /** The number of the {@link IpteNotifier} whose callback it was. */
      readonly notifier: number;
      /** The number of the gmap that was to be shadowed. */
      readonly gmap: number;
      /** The ASCE that was asked for. */
      readonly asce: bigint;
      /** What gmap_shadow answered: a negative errno as an error-valued word. */
      readonly answer: bigint;
    }
  /** An allocation failed, or what stands for one. */
  | {
      readonly kind: 'failure';
      /** What was ordered by `inject`; `none`: memory is used up. */
      readonly inject: InjectKind;
    };

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
