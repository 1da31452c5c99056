// SPDX-License-Identifier: GPL-2.0-only
/** Mistakes and limits: what is thrown, where a failure of the kernel is a result. */
import { checkText, checkWord } from '../arguments.js';

const texts = {
  /** More work than the limits allow. Nothing was changed, or the message says that the machine is dead. */
  ERR_GMAP_BUDGET: 'limit reached',
  /** An earlier call ended in a BUG, or half-way since there was no memory. */
  ERR_GMAP_DEAD: 'the machine is dead after a BUG: call reset(), or restore() a snapshot',
  /** The object was closed or freed, or the process exited, or a reset or restore took it away. */
  ERR_GMAP_CLOSED: 'closed',
  /** The call is not possible inside a callback. Nothing was changed. */
  ERR_GMAP_IN_CALLBACK: 'not possible inside a callback',
  /** The object belongs to another machine. */
  ERR_GMAP_FOREIGN: 'belongs to another machine',
  /** This process has no memory left. Nothing was changed, or the machine is dead. */
  ERR_GMAP_MEMORY: 'no memory',
  /** A BUG in a function in which no kernel has one: a check of the model found something. */
  ERR_GMAP_BUG: 'a check of the model failed',
  /** The address has no page table, and the caller is the one who must have one. */
  ERR_GMAP_NO_PAGE_TABLE: 'the host address has no page table',
  /** Who wrote what is known only while the machine is traced. */
  ERR_GMAP_NOT_TRACED: 'the machine is not traced: call startTracing() first',
  /** The kernel that the machine behaves like does not have the function. Nothing was changed. */
  ERR_GMAP_UNSUPPORTED: 'the kernel does not have the function',
  /** The port does not have the function: a machine that runs a built code has it. Nothing was changed. */
  ERR_GMAP_NEEDS_CODE: 'a built code is needed',
  /** A kernel would go on, and free or change what is in use. Nothing was changed. */
  ERR_GMAP_REFUSED: 'refused',
  /** A callback could not even be called. */
  ERR_GMAP_CALLBACK: 'a callback could not be called: the stack is exhausted',
} as const;

/** Why a {@link GmapError} was thrown, for programs. */
export type GmapErrorCode = keyof typeof texts;

const codes = Object.keys(texts) as GmapErrorCode[];

/** What is thrown for everything that is neither a result nor a wrong argument (TypeError, RangeError). */
export class GmapError extends Error {
  override readonly name = 'GmapError';
  /** What is wrong, for programs. */
  readonly code: GmapErrorCode;

  constructor(code: GmapErrorCode, message?: string) {
    checkWord('GmapError: code', code, codes);
    super(message === undefined ? texts[code] : checkText('GmapError: message', message));
    this.code = code;
  }
}

export function closedError(name: string): GmapError {
  return new GmapError(
    'ERR_GMAP_CLOSED',
    `${name}: the object is gone: it was closed or freed, its process or machine has ended, or a reset or restore took it away`,
  );
}
