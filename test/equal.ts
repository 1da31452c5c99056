// SPDX-License-Identifier: GPL-2.0-only
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';

/** expect(actual).toEqual(expected), of which much is compared: vitest needs ten times as long to see that nothing differs. */
export function expectEqual(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}
