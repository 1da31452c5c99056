// SPDX-License-Identifier: GPL-2.0-only
import { checkText } from '../arguments.js';

/** A film that cannot be made. */
export class FilmError extends RangeError {
  override readonly name = 'FilmError';
  /**
   * - ERR_FILM_SIZE: of so many calls that this process has no memory for it, or that no page can hold it.
   * - ERR_FILM_REACH: of calls that are not reached, since one before them ends in BUG.
   */
  readonly code: 'ERR_FILM_SIZE' | 'ERR_FILM_REACH';

  constructor(code: FilmError['code'], message: string) {
    super(checkText('FilmError: message', message));
    this.code = code;
  }
}
