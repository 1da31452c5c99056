// SPDX-License-Identifier: GPL-2.0-only
import { checkText } from '../arguments.js';

/** What is wrong with a code, for programs. */
export type OwnCodeErrorCode =
  /** Nothing can have that name. */
  | 'ERR_CODE_NAME'
  /** No code of that name was built. */
  | 'ERR_CODE_NOT_BUILT'
  /** It was built by another version of this package, for another system, or its sources are others now. */
  | 'ERR_CODE_STALE'
  /** It is there and cannot be loaded. */
  | 'ERR_CODE_LOAD'
  /** A code is of one kernel, and another one was asked for. */
  | 'ERR_CODE_KERNEL'
  /** Something is to be compared with itself. */
  | 'ERR_CODE_SAME'
  /** A folder is no Linux tree, or one whose code this package cannot run. */
  | 'ERR_CODE_TREE'
  /** A tree's code does not compile. */
  | 'ERR_CODE_BUILD'
  /** Codes cannot be built on this system. */
  | 'ERR_CODE_HOST'
  /** The signal of a build ended it. */
  | 'ERR_CODE_STOPPED';

/** What is wrong with a code of one's own. The message names the command that mends it, where there is one. */
export class OwnCodeError extends Error {
  override readonly name = 'OwnCodeError';
  /** What is wrong, for programs. */
  readonly code: OwnCodeErrorCode;

  constructor(code: OwnCodeErrorCode, message: string, options?: ErrorOptions) {
    super(checkText('OwnCodeError: message', message), options);
    this.code = checkText('OwnCodeError: code', code) as OwnCodeErrorCode;
  }
}
