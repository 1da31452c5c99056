// SPDX-License-Identifier: GPL-2.0-only
/** How a call ended, for marks in the timeline and in the list. */
import type { FilmCall } from '../../lib/film/film.js';

/** An error, a failed allocation, a BUG, or a refusal. */
export function isFailure({ result }: FilmCall): boolean {
  return result !== null && /^(-|BUG|NULL|refused)/.test(result);
}

/** Whether the recording and the model differ after it. */
export function isDifferent({ differs, answersDiffer }: FilmCall): boolean {
  return answersDiffer || differs.length > 0;
}
