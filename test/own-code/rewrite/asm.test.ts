// SPDX-License-Identifier: GPL-2.0-only
/** Inline assembly as C does what it does on a processor, which is asked where there is one. */
import { expect, it } from 'vitest';
import { arithmetic, branches, immediates, loads, shifts, storage } from './cases.js';
import { runOnS390, runRewritten } from './programs.js';

const cases = [...arithmetic, ...immediates, ...shifts, ...loads, ...storage, ...branches];
const functions = cases.map(
  ({ body }, i) => `static unsigned long case_${i}(void) { unsigned long a = 0, b = 0; ${body} }`,
);
const calls = cases.map((_, i) => `printf("%lx\\n", case_${i}());`);
const program = `#include <stdio.h>\n${functions.join('\n')}\nint main(void) { ${calls.join('\n')} }\n`;
const expected = cases.map(({ name, expected: value }) => `${name} → ${value}`);
const named = (lines: readonly string[]) => lines.map((line, i) => `${cases[i]?.name} → ${line}`);

it('assembly that was made C leaves what it should', () => {
  const { lines, rewritten } = runRewritten(program);
  expect(rewritten.unknown).toEqual([]);
  expect(named(lines)).toEqual(expected);
});

it('and an s390x says the same', ({ skip }) => {
  const lines = runOnS390(program);
  if (!lines) return skip('s390x-linux-gnu-gcc or qemu-s390x is not installed');
  expect(named(lines)).toEqual(expected);
});
