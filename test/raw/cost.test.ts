// SPDX-License-Identifier: GPL-2.0-only
/** A call makes no list of its arguments: its function has as many as the kernel's. Times are a benchmark's affair. */
import { expect, it } from 'vitest';
import { operations } from '../../lib/generated/abi.js';
import * as raw from '../../lib/raw.js';

/** Those whose arguments are not what native code takes: names, and NULL. */
const CONVERTED = ['INJECT', 'NULL'];

it.each(operations.filter(({ name }) => name in raw && name !== 'gmaps').map((row) => [row.name, row] as const))(
  '%s has as many arguments as the kernel’s function',
  (name, { args }) => {
    const forms: readonly string[] = args.map(({ form }) => form);
    const hasTarget = ['MM', 'GMAP', 'NOTIFIER'].includes(forms[0] ?? '');
    if (forms.some((form) => CONVERTED.includes(form))) return;
    expect((raw as unknown as Record<string, { length: number }>)[name]?.length).toBe(
      args.length + (hasTarget ? 0 : 1),
    );
  },
);
