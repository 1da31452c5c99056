// SPDX-License-Identifier: GPL-2.0-only
import { checkText } from '../arguments.js';
import { visible } from '../visible.js';

/** What is wrong, for programs. */
export type DumpErrorCode =
  /** It is no dump, none of s390x, or of a format that this package or this Node cannot read. */
  | 'ERR_DUMP_FORMAT'
  /** It ends too early, or a part of it is not what its format says. */
  | 'ERR_DUMP_DAMAGED'
  /** Something that is needed is not in the dump: it was left out, or never there. */
  | 'ERR_DUMP_MISSING'
  /** No types, or none of that name. */
  | 'ERR_DUMP_TYPES'
  /** There is no process or gmap of that name. */
  | 'ERR_DUMP_SPACE'
  /** It was closed. */
  | 'ERR_DUMP_CLOSED';

/** What is wrong with a dump, or with what was asked of it. */
export class DumpError extends Error {
  override readonly name = 'DumpError';
  /** What is wrong, for programs. */
  readonly code: DumpErrorCode;

  constructor(code: DumpErrorCode, message: string, options?: ErrorOptions) {
    super(visible(checkText('DumpError: message', message)), options);
    this.code = checkText('DumpError: code', code) as DumpErrorCode;
  }
}

export const damaged = (message: string): DumpError => new DumpError('ERR_DUMP_DAMAGED', message);
