// SPDX-License-Identifier: GPL-2.0-only
import type { StopSignal } from '../../stop-signal.js';
import { OwnCodeError } from '../errors.js';

/** @throws {OwnCodeError} if the build shall end. */
export function stopIfAsked(signal: StopSignal | undefined): void {
  if (signal?.aborted) throw new OwnCodeError('ERR_CODE_STOPPED', 'the build was stopped');
}
