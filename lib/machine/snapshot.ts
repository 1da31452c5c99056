// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="esnext.disposable" preserve="true" />

import { brand } from '../brands.js';
import { inspectAs } from '../inspect/console.js';
import { isGone } from '../native/binding.js';
import type { Context } from '../native/context.js';
import { closedError, GmapError } from './errors.js';

let stackOf: (snapshot: Snapshot) => SnapshotStack;
let notifiersAt: (snapshot: Snapshot) => number;
let isStack: (value: unknown) => boolean;

/** The state of a machine at some time. {@link Machine.snapshot} takes it, {@link Machine.restore} goes back to it. */
export class Snapshot implements Disposable {
  readonly #stack: SnapshotStack;
  /** How many notifier blocks had been made. */
  readonly #notifiers: number;

  static {
    brand('Snapshot', (value) => #stack in value);
    stackOf = (snapshot) => snapshot.#stack;
    notifiersAt = (snapshot) => snapshot.#notifiers;
    inspectAs(Snapshot, (snapshot) => `Snapshot ${snapshot.#stack.describe(snapshot)}`);
  }

  /** Use {@link Machine.snapshot}. */
  constructor(stack: SnapshotStack, notifiers: number) {
    if (!isStack(stack)) throw new TypeError('Snapshot: use machine.snapshot()');
    this.#stack = stack;
    this.#notifiers = notifiers;
  }

  /**
   * Ends it and the newer ones, and keeps the state of the machine; nothing happens if it has ended. While a snapshot
   * lives, the machine keeps what was overwritten since. Not possible inside a callback.
   */
  close(): void {
    this.#stack.forget(this);
  }

  /** Closes it: for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** The live snapshots of a machine, oldest first: the place is the number in native code. */
export class SnapshotStack {
  static {
    isStack = (value) => typeof value === 'object' && value !== null && #context in value;
  }

  readonly #context: Context;
  readonly #live: Snapshot[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  take(): Snapshot {
    const number = this.#context.native.snapshot(this.#context.handle);
    if (number === -1)
      throw new GmapError('ERR_GMAP_BUDGET', 'snapshot: 64 snapshots are live: close one that is not needed');
    if (number < 0) this.#context.throwAnswer('snapshot', number);
    const snapshot = new Snapshot(this, this.#context.notifierSerial);
    this.#live[number] = snapshot;
    return snapshot;
  }

  restore(snapshot: Snapshot): void {
    if (stackOf(snapshot) !== this)
      throw new GmapError('ERR_GMAP_FOREIGN', 'restore: the snapshot belongs to another machine');
    const number = this.#live.indexOf(snapshot);
    if (number < 0) throw closedError('restore');
    this.#context.expectOk('restore', this.#context.native.restore(this.#context.handle, number));
    this.#live.length = number + 1;
    this.#context.clearListenersSince(notifiersAt(snapshot));
  }

  forget(snapshot: Snapshot): void {
    const number = this.#live.indexOf(snapshot);
    if (number < 0) return;
    const answer = this.#context.native.forget(this.#context.handle, number);
    if (!isGone(answer)) this.#context.expectOk('Snapshot.close', answer);
    this.#live.length = number;
  }

  /** For the console: which of the live ones it is. */
  describe(snapshot: Snapshot): string {
    const number = this.#live.indexOf(snapshot);
    return number < 0 ? '(ended)' : `${number + 1} of ${this.#live.length}`;
  }

  /** After a reset there is nothing to go back to. */
  clear(): void {
    this.#live.length = 0;
  }
}
