// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="esnext.disposable" preserve="true" />

import { brand, checkMaker } from '../brands.js';
import { inspectAs } from '../inspect/console.js';
import type { Context } from '../native/context.js';
import { closedError } from './errors.js';
import type { Gmap } from './gmap.js';
import { operation } from './kernel-function.js';
import { done, type ErrorOf, type Result } from './result.js';

const REGISTER = operation('gmap_register_ipte_notifier');
const UNREGISTER = operation('gmap_unregister_ipte_notifier');
const REGISTER_LATER = operation('gmap_register_pte_notifier');
const UNREGISTER_LATER = operation('gmap_unregister_pte_notifier');

/**
 * `gaddr` is the first guest address of the page whose PTE is about to be changed, `end` the last one. (4.7's own callbacks
 * are not told the end.)
 */
export type PteInvalidationCallback = (gmap: Gmap, gaddr: bigint, end: bigint) => void;

/** @internal */
export let targetOfNotifier: (notifier: IpteNotifier) => { context: Context; block: number };

/**
 * A notifier block (`struct gmap_notifier`). {@link Machine.createNotifier} makes it; once registered, its callback runs for
 * every invalidation that somebody asked for with {@link Gmap.ipteNotify} or {@link Gmap.mprotectNotify}, synchronously, in the middle of the call that
 * invalidates: newest gmap first, and for each gmap the newest block first.
 *
 * The kernel holds locks meanwhile: see {@link Gmap} for what a callback can do. What it throws does not disturb the
 * kernel: the other notifiers are called, the call ends, and then throws that (an AggregateError of several) in place of
 * its result. A promise that it returns is not waited for.
 *
 * Whether it is registered belongs to the state of the machine: a reset unregisters it, a restore makes it what it was.
 */
export class IpteNotifier implements Disposable {
  /** Its number in traces, programs and events: 255 for `n255`. */
  readonly number: number;
  readonly #context: Context;
  #closed = false;

  static {
    brand('IpteNotifier', (value) => #context in value);
    targetOfNotifier = (notifier) => notifier.#open('notifier');
    inspectAs(IpteNotifier, (notifier) => `IpteNotifier n${notifier.number}${notifier.#closed ? ' (closed)' : ''}`);
  }

  /** Use {@link Machine.createNotifier}. */
  constructor(context: Context, callback: PteInvalidationCallback) {
    checkMaker('IpteNotifier', context, 'machine.createNotifier()');
    this.#context = context;
    this.number = context.addListener(this, callback);
  }

  /**
   * From now on the callback runs, before those of all others.
   *
   * - BUG: it is registered already; the kernel's list is corrupt.
   *
   * Kernel: gmap_register_ipte_notifier; after 4.7 gmap_register_pte_notifier.
   */
  register(): Result<void, ErrorOf<'gmap_register_pte_notifier'>> {
    const { context, block } = this.#open('register');
    const call = context.has(REGISTER.name) ? REGISTER : REGISTER_LATER;
    const answer = context.native[call.name](context.handle, block);
    return answer === 0 ? done : context.failed(call, answer);
  }

  /**
   * The callback runs no more. In 4.7 success also the second time.
   *
   * - BUG: it was never registered (a NULL dereference); in later kernels also the second time.
   *
   * Kernel: gmap_unregister_ipte_notifier; after 4.7 gmap_unregister_pte_notifier.
   */
  unregister(): Result<void, ErrorOf<'gmap_unregister_pte_notifier'>> {
    const { context, block } = this.#open('unregister');
    const call = context.has(UNREGISTER.name) ? UNREGISTER : UNREGISTER_LATER;
    const answer = context.native[call.name](context.handle, block);
    return answer === 0 ? done : context.failed(call, answer);
  }

  #open(name: string): { context: Context; block: number } {
    if (this.#closed) throw closedError(name);
    return { context: this.#context, block: this.number };
  }

  /** Unregisters it if it is registered; nothing happens the second time. Not possible inside a callback. */
  close(): void {
    if (this.#closed) return;
    this.#context.removeListener(this.number);
    this.#closed = true;
  }

  /** Closes it: for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
