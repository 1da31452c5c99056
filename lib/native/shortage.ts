// SPDX-License-Identifier: GPL-2.0-only
/** Answers of native code which say that this process or thread has no more of something. */
import { outcome } from '../generated/abi.js';
import { GmapError } from '../machine/errors.js';

/** The error for such an answer; nothing if the answer is another one. */
export function shortageError(name: string, answer: number): GmapError | undefined {
  if (answer === outcome.NO_MEMORY)
    return new GmapError('ERR_GMAP_MEMORY', `${name}: this process has no memory left for it`);
  if (answer === outcome.NO_HANDLE)
    return new GmapError(
      'ERR_GMAP_BUDGET',
      `${name}: this thread has as many machines, processes, gmaps and fuzzers as it can: close some`,
    );
  return undefined;
}
