// SPDX-License-Identifier: GPL-2.0-only

/** A film of so many calls that there is no memory for it, or that no page can hold. */
export class FilmSizeError extends RangeError {
  override readonly name = 'FilmSizeError';
  readonly code = 'ERR_FILM_SIZE';
}
