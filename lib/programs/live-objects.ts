// SPDX-License-Identifier: GPL-2.0-only
/** Which processes, gmaps and notifier blocks there are while a program runs, known without running it. */
import type { ArgKind } from '../generated/abi.js';
import { operationOf } from '../trace/operations.js';
import type { TraceCall } from '../trace/types.js';

const NOTIFIER_BLOCKS = 256n;

interface LiveGmap {
  readonly mm: number;
  references: number;
}

/**
 * Follows a program call by call. Where a trace does not say what a call answered, it is taken to have succeeded, with
 * the handle that the machine would choose.
 */
export class LiveObjects {
  readonly #gmaps = new Map<number, LiveGmap>();
  readonly #mms = new Map<number, { exited: boolean }>([[0, { exited: false }]]);
  #mmCount = 1;

  /** The handles of gmaps, oldest first. */
  get gmaps(): number[] {
    return [...this.#gmaps.keys()];
  }

  /** False if the machine refuses the call for its handles. */
  canExecute(call: TraceCall): boolean {
    const { args, result } = operationOf(call);
    const handle = call.result?.kind === 'handle' ? call.result.handle : undefined;
    if (handle !== undefined && (result === 'HANDLE_GMAP' ? this.#gmaps : this.#mms).has(handle)) return false;
    return args.every(({ kind, form }, i) => {
      const arg = call.args[i] ?? 0n;
      if (form === 'GMAP') return this.#gmaps.has(Number(arg));
      if (form === 'MM') return this.#findsMm(kind, Number(arg));
      return form !== 'NOTIFIER' || arg < NOTIFIER_BLOCKS;
    });
  }

  /** A process that has exited is there as long as it has gmaps, but not for all calls. */
  #findsMm(kind: ArgKind, number: number): boolean {
    const mm = this.#mms.get(number);
    return mm !== undefined && (!mm.exited || kind !== 'MM');
  }

  /** What the call changes; the handle of what it makes. */
  follow(call: TraceCall): number | undefined {
    if (call.result?.kind === 'bug' || call.result?.kind === 'null') return undefined;
    const [first = 0n] = call.args;
    switch (call.name) {
      case 'gmap_alloc':
      case 'gmap_create':
        return this.#addGmap(Number(first), call);
      case 'exec':
        return this.#addMm(call);
      case 'gmap_get':
        this.#count(Number(first), 1);
        break;
      case 'gmap_free':
      case 'gmap_put':
      case 'gmap_remove':
        this.#count(Number(first), -1);
        break;
      case 'exit':
        this.#exit(Number(first));
        break;
    }
    return undefined;
  }

  #addGmap(mm: number, call: TraceCall): number {
    const gmap = call.result?.kind === 'handle' ? call.result.handle : lowestFree(this.#gmaps);
    this.#gmaps.set(gmap, { mm, references: 1 });
    return gmap;
  }

  #addMm(call: TraceCall): number {
    const mm = call.result?.kind === 'handle' ? call.result.handle : this.#mmCount;
    this.#mms.set(mm, { exited: false });
    this.#mmCount = Math.max(this.#mmCount, mm + 1);
    return mm;
  }

  #count(number: number, by: number): void {
    const gmap = this.#gmaps.get(number);
    if (!gmap) return;
    gmap.references += by;
    if (gmap.references > 0) return;
    this.#gmaps.delete(number);
    this.#forget(gmap.mm);
  }

  #exit(number: number): void {
    const mm = this.#mms.get(number);
    if (mm) mm.exited = true;
    this.#forget(number);
  }

  /** A process that has exited goes with its last gmap. */
  #forget(number: number): void {
    const hasGmaps = [...this.#gmaps.values()].some(({ mm }) => mm === number);
    if (this.#mms.get(number)?.exited && !hasGmaps) this.#mms.delete(number);
  }
}

function lowestFree(taken: ReadonlyMap<number, unknown>): number {
  let handle = 0;
  while (taken.has(handle)) handle++;
  return handle;
}
