// SPDX-License-Identifier: GPL-2.0-only
/** What the API returns can be written as JSON, every object of it by itself: 64-bit values are hex strings there. */
import { expect } from 'vitest';

/** The same without prototypes, hex strings in place of bigints. */
function expected(value: unknown): unknown {
  if (typeof value === 'bigint') return `0x${value.toString(16)}`;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return Array.from(value as unknown[], expected);
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [String(expected(key)), expected(item)]));
}

/** Looks at every object that can be reached; bigints by themselves, and lists of them, are what toJson() is for. */
export function expectWritable(value: unknown, path: string, seen = new Set<unknown>()): void {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return;
  seen.add(value);
  const items: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
  const isPlain =
    !(value instanceof Map) && !(Array.isArray(value) && items.some(([, item]) => typeof item === 'bigint'));
  if (isPlain) {
    const text = write(value, path);
    expect(JSON.parse(text), path).toEqual(JSON.parse(JSON.stringify(expected(value))));
  }
  for (const [key, item] of items) expectWritable(item, `${path}.${key}`, seen);
}

function write(value: object, path: string): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`);
  }
}
