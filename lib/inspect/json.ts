// SPDX-License-Identifier: GPL-2.0-only
/** JSON has no 64-bit numbers: they become hex strings, as traces write them. */

import { hex } from '../trace/words.js';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A copy for JSON.stringify. What is undefined is null in a list, and left out elsewhere; maps become objects. */
export function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return hex(value);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  if (Array.isArray(value)) return value.map(toJson);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries.filter(([, item]) => item !== undefined).map(([key, item]) => [String(toJson(key)), toJson(item)]),
  );
}
