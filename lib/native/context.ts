// SPDX-License-Identifier: GPL-2.0-only
/**
 * What the objects of one machine share: its handle in native code, the objects themselves, the callbacks, and the way
 * from a native answer to a result or an error. Not part of the public face.
 */

import { wrongType } from '../arguments.js';
import { brand } from '../brands.js';
import {
  bugPlaces,
  type Kernel,
  limits,
  type OperationName,
  outcome,
  refusals,
  wireRefusal,
} from '../generated/abi.js';
import { closedError, GmapError } from '../machine/errors.js';
import { Gmap, handleOfGmap } from '../machine/gmap.js';
import type { KernelCode, KernelFunction } from '../machine/kernel-function.js';
import type { Machine } from '../machine/machine.js';
import { handleOfMm, Mm } from '../machine/mm.js';
import type { IpteNotifier, PteInvalidationCallback } from '../machine/notifier.js';
import type { BugFailure, Failed } from '../machine/result.js';
import { show } from '../show.js';
import { findOperation, functionsOf, hasOperation, type Operation, operationOf } from '../trace/operations.js';
import { type Dispatcher, type Handle, LOWEST_ERRNO, type Native } from './binding.js';
import { shortageError } from './shortage.js';

/** Programs usually take the lowest. */
const NOTIFIER_BLOCKS = limits.MAX_NOTIFIERS;

/** A machine that nobody can reach any more is closed, some time after. */
const forgotten = new FinalizationRegistry<{ readonly native: Native; readonly handle: Handle }>(({ native, handle }) =>
  native.close(handle),
);

interface Listener {
  readonly notifier: IpteNotifier;
  readonly callback: PteInvalidationCallback;
  /** Blocks are numbered in the order in which they were made. */
  readonly serial: number;
}

export class Context {
  static {
    brand('Context', (value) => #mms in value);
  }

  readonly machine: Machine;
  /** The addon that it runs in: handles of another mean nothing to it. */
  readonly native: Native;
  readonly maxSegments: number;
  readonly kernel: Kernel;
  /** 0 when the machine is closed. */
  handle: Handle;
  /** How many notifier blocks were ever made. */
  notifierSerial = 0;
  readonly #mms: Mm[] = [];
  readonly #gmaps: Gmap[] = [];
  readonly #listeners: (Listener | undefined)[] = new Array<Listener | undefined>(NOTIFIER_BLOCKS);
  #dropped: (() => void) | undefined;
  /** What callbacks threw, until the calls that they ran in are over. */
  readonly #thrown: unknown[] = [];
  #hasDispatcher = false;

  constructor(machine: Machine, native: Native, handle: Handle, maxSegments: number, kernel: Kernel) {
    this.machine = machine;
    this.native = native;
    this.handle = handle;
    this.maxSegments = maxSegments;
    this.kernel = kernel;
    forgotten.register(this, { native, handle }, this);
  }

  /** Whether the kernel has the operation, under this name. */
  has(name: OperationName): boolean {
    return hasOperation(functionsOf(this.kernel), operationOf({ name }));
  }

  close(): void {
    if (this.handle === 0) return;
    this.expectOk('close', this.native.close(this.handle));
    this.handle = 0;
    forgotten.unregister(this);
  }

  /** The one object for an mm. Throws what an answer in place of a handle stands for. */
  mmOf(handle: Handle): Mm {
    if (handle <= 0) this.throwAnswer('the handle of a process', handle);
    const number = this.native.mmNumber(handle);
    const known = this.#mms[number];
    if (known !== undefined && handleOfMm(known) === handle) return known;
    const mm = new Mm(this, handle, number);
    this.#mms[number] = mm;
    return mm;
  }

  /** The one object for a gmap. Throws what an answer in place of a handle stands for. */
  gmapOf(handle: Handle): Gmap {
    if (handle <= 0) this.throwAnswer('the handle of a gmap', handle);
    const number = this.native.gmapNumber(handle);
    const known = this.#gmaps[number];
    if (known !== undefined && handleOfGmap(known) === handle) return known;
    const gmap = new Gmap(this, handle, number);
    this.#gmaps[number] = gmap;
    return gmap;
  }

  // Callbacks

  /** Takes a free notifier block, from the highest on. */
  addListener(notifier: IpteNotifier, callback: PteInvalidationCallback): number {
    for (let block = NOTIFIER_BLOCKS - 1; block >= 0; block--) {
      if (this.#listeners[block] !== undefined) continue;
      // An earlier owner's block, or one that a program registered, is not a fresh one.
      this.expectOk('createNotifier', this.native.clearNotifier(this.handle, block));
      this.#listen();
      this.expectOk('createNotifier', this.native.listen(this.handle, block, 1));
      this.#listeners[block] = { notifier, callback, serial: ++this.notifierSerial };
      return block;
    }
    throw new GmapError('ERR_GMAP_BUDGET', `a machine has ${NOTIFIER_BLOCKS} notifier blocks, and all are in use`);
  }

  removeListener(block: number): void {
    if (this.handle === 0) return;
    const answer = this.native.clearNotifier(this.handle, block);
    // In a dead machine the block stays registered; nobody is told of its calls any more.
    if (answer !== outcome.REFUSED - wireRefusal.DEAD) this.expectOk('IpteNotifier.close', answer);
    this.expectOk('IpteNotifier.close', this.native.listen(this.handle, block, 0));
    this.#listeners[block] = undefined;
  }

  /** After a restore, blocks that were made later are what they were when they were made: not registered. */
  clearListenersSince(serial: number): void {
    for (const [block, listener] of this.#listeners.entries())
      if (listener !== undefined && listener.serial > serial)
        this.expectOk('restore', this.native.clearNotifier(this.handle, block));
  }

  setDropped(callback: (() => void) | undefined): void {
    this.#listen();
    this.expectOk('onMmapSemDropped', this.native.listenDropped(this.handle, callback ? 1 : 0));
    this.#dropped = callback;
  }

  #listen(): void {
    if (this.#hasDispatcher) return;
    this.expectOk('setDispatcher', this.native.setDispatcher(this.handle, this.#dispatch));
    this.#hasDispatcher = true;
  }

  // Native code holds this function weakly: it lives as long as the machine.
  readonly #dispatch: Dispatcher = (block, gmap, start, end) => {
    try {
      if (block < 0) this.#dropped?.();
      else this.#listeners[block]?.callback(this.gmapOf(gmap), start, end);
      return false;
    } catch (error) {
      this.#thrown.push(error);
      return true;
    }
  };

  /** Throws what callbacks threw during the call that has just ended. */
  #throwThrown(): never {
    const errors = this.#thrown.splice(this.native.thrown(this.handle));
    if (errors.length === 0) throw new GmapError('ERR_GMAP_CALLBACK');
    if (errors.length === 1) throw errors[0];
    throw new AggregateError(errors, `${errors.length} callbacks threw`);
  }

  // From native answers to results and errors

  /** The result for an answer that is not success, or throws what is the caller's mistake. */
  failed<Code extends KernelCode>(
    call: KernelFunction<Code>,
    answer: number,
    ...args: readonly unknown[]
  ): Failed<Code> {
    // The cases of one conditional type, which TypeScript cannot tell apart here.
    if (answer >= LOWEST_ERRNO) return call.failed(answer) as Failed<Code>;
    if (answer === outcome.BUG && call.hasBug) {
      const error = Object.freeze({ ...this.bug(call.name) });
      return Object.freeze({ ok: false, error }) as unknown as Failed<Code>;
    }
    this.throwAnswer(call.name, answer, call.argumentNames, args);
  }

  /** Throws unless the answer is success. */
  expectOk(name: string, answer: number, argumentNames: readonly string[] = [], ...args: readonly unknown[]): void {
    if (answer !== 0) this.throwAnswer(name, answer, argumentNames, args);
  }

  /** The answer, if it is an object; throws what a number stands for. */
  expectObject<Value extends object>(name: string, answer: Value | number): Value {
    if (typeof answer === 'number') this.throwAnswer(name, answer);
    return answer;
  }

  throwAnswer(
    name: string,
    answer: number,
    argumentNames: readonly string[] = [],
    args: readonly unknown[] = [],
  ): never {
    if (answer <= outcome.ARGUMENT) throw argumentError(name, answer, argumentNames, args);
    if (answer === outcome.THREW) this.#throwThrown();
    throw shortageError(name, answer) ?? this.#errorFor(name, answer);
  }

  #errorFor(name: string, answer: number): Error {
    switch (answer) {
      case outcome.CLOSED:
      case outcome.REFUSED - wireRefusal.BAD_HANDLE:
      case outcome.REFUSED - wireRefusal.EXITED:
        return closedError(name);
      case outcome.REFUSED - wireRefusal.BUDGET:
        return new GmapError('ERR_GMAP_BUDGET', `${name}: ${this.#budget(name)}`);
      case outcome.REFUSED - wireRefusal.DEAD:
        return new GmapError('ERR_GMAP_DEAD', `${name}: ${this.#deadText()}`);
      case outcome.REFUSED - wireRefusal.IN_CALLBACK:
        return new GmapError('ERR_GMAP_IN_CALLBACK', `${name} is not possible inside a callback; nothing was changed`);
      case outcome.REFUSED - wireRefusal.BAD_VALUE:
        return new RangeError(`${name}: there is no such ${nameOfValue(name)}`);
      case outcome.REFUSED - wireRefusal.NO_PAGE_TABLE:
        return new GmapError('ERR_GMAP_NO_PAGE_TABLE', `${name}: the host address has no page table`);
      case outcome.REFUSED - wireRefusal.NEEDS_CODE:
        return new GmapError(
          'ERR_GMAP_NEEDS_CODE',
          `${name}: the port does not have it: a built code has (MachineOptions.code)`,
        );
      case outcome.REFUSED - wireRefusal.NO_PGSTES:
      case outcome.REFUSED - wireRefusal.LAST_REFERENCE:
      case outcome.REFUSED - wireRefusal.IS_SHADOW:
        return new GmapError('ERR_GMAP_REFUSED', `${name}: ${refusalText(answer)}`);
      case outcome.UNSUPPORTED:
        return new GmapError('ERR_GMAP_UNSUPPORTED', `${name}: ${unsupportedText(name, this.kernel)}`);
      case outcome.BUDGET:
        return new GmapError('ERR_GMAP_BUDGET', `${name}: ${this.#bugText()}; ${REVIVE}`);
      case outcome.BUG:
        return new GmapError('ERR_GMAP_BUG', this.bug(name).message);
      default:
        return new Error(`${name}: the addon answered ${answer}; lib and addon are of different versions`);
    }
  }

  #budget(name: string): string {
    if (name === 'gmap_map_segment')
      return `more than ${this.maxSegments} segments in one call: raise the machine's option maxSegments, or map in pieces`;
    if (name === 'gmap_ipte_notify' || name === 'gmap_mprotect_notify')
      return "more pages in one call than the machine's option maxPages: raise it, or call in pieces";
    if (name === 'gmap_discard')
      return `more than ${limits.DEFAULT_MAX_SEGMENTS} mapped segments in one call: discard in pieces`;
    return name === 'exec'
      ? `a machine has at most ${limits.MAX_MMS} processes`
      : `a machine has at most ${limits.MAX_GMAPS} gmaps`;
  }

  #deadText(): string {
    const { place, text } = this.bug('');
    return place === 'host_memory' || place === 'budget'
      ? `the machine is dead after a call that could not end (${this.#bugText()}): ${REVIVE}`
      : `the machine is dead after a BUG (${place}: ${text}): ${REVIVE}`;
  }

  #bugText(): string {
    return this.bug('').message;
  }

  /** The BUG that the machine died of. */
  bug(syscall: string): BugFailure {
    const { place, text } = this.expectObject('bug', this.native.bug(this.handle));
    const row = bugPlaces[place - 1];
    if (!row) throw new Error(`the addon knows a BUG place ${place}; lib and addon are of different versions`);
    return { code: 'BUG', place: row.name, text, syscall, message: `${row.text}: ${text}` };
  }
}

const REVIVE = 'call reset(), or restore() a snapshot';

function argumentError(
  name: string,
  answer: number,
  argumentNames: readonly string[],
  args: readonly unknown[],
): Error {
  const index = Math.floor((outcome.ARGUMENT - answer) / 2) - 1;
  const argument = `${name}: ${argumentNames[index] ?? 'the handle'}`;
  if ((outcome.ARGUMENT - answer) % 2 === 0) return wrongType(argument, 'a bigint', args[index]);
  return new RangeError(`${argument} must be from 0n to 2n ** 64n - 1n, not ${show(args[index])}`);
}

/** Of the argument that must be one of a few values. */
function nameOfValue(name: string): string {
  const args = findOperation(name)?.args ?? [];
  return args.find(({ kind }) => kind === 'CPU' || kind === 'USAGE' || kind === 'FAILURE')?.name ?? 'value';
}

/** What refusals.def says of it. */
function refusalText(answer: number): string {
  return refusals[outcome.REFUSED - answer - 1]?.text ?? 'refused';
}

function unsupportedText(name: string, kernel: Kernel): string {
  const instead = insteadOf(findOperation(name));
  return `${kernel} does not have this function${instead ? `; use ${instead}` : ''}`;
}

/** What a kernel has in place of a function that another one has. */
function insteadOf(operation: Operation | undefined): string | undefined {
  if (operation?.renamed) return `${operationOf({ name: operation.renamed }).method} (${operation.renamed})`;
  return operation?.kernels === 'LAST_SINCE_4_8' ? `it without ${operation.args.at(-1)?.name}` : undefined;
}
