// SPDX-License-Identifier: GPL-2.0-only
/** Classes of errors are exported, so anybody can make one: with what is a code and a message. */
import { expect, it } from 'vitest';
import { DumpError } from '../../lib/dump/index.js';
import { GmapError, OwnCodeError } from '../../lib/index.js';
import { LiveKernelError } from '../../lib/kernel/index.js';

/** What becomes a property's name only by calling something of the caller's. */
const odd = { [Symbol.toPrimitive]: 1 };

it.each([GmapError, OwnCodeError, DumpError, LiveKernelError])('%o takes texts only', (Class) => {
  const { name } = Class;
  const make = Class as unknown as new (code: unknown, message?: unknown) => Error & { readonly code: string };
  for (const code of [odd, undefined, 1, Symbol.iterator])
    for (const message of ['no', undefined])
      expect(() => new make(code, message), String(code?.toString)).toThrow(
        new RegExp(`^${name}: (code|message) must be `),
      );
  expect(() => new make('ERR_GMAP_BUDGET', odd)).toThrow(`${name}: message must be `);
  expect(new make('ERR_GMAP_BUDGET', 'too much')).toMatchObject({ name, code: 'ERR_GMAP_BUDGET', message: 'too much' });
});

it('GmapError has a text for each code, and no other codes', () => {
  expect(new GmapError('ERR_GMAP_BUDGET').message).toBe('limit reached');
  expect(() => new GmapError('ERR_OTHER' as 'ERR_GMAP_BUDGET', 'a text')).toThrow(
    /^GmapError: code must be one of ERR_GMAP_BUDGET, .*, not "ERR_OTHER"$/,
  );
});
