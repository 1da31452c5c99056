// SPDX-License-Identifier: GPL-2.0-only

/** An AbortSignal, as far as it is looked at: programs without the types of Node or of the DOM can use what takes one. */
export interface StopSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
