// SPDX-License-Identifier: GPL-2.0-only
/** Loops count their turns, and do what they did. */
import { describe, expect, it } from 'vitest';
import { countLoops } from '../../../lib/own-code/rewrite/loops.js';
import { runRewritten } from './programs.js';

describe('what counts', () => {
  it.each([
    ['while (a) f();', 'while (own_loop() && (a)) f();'],
    ['for (;;) f();', 'for (; own_loop();) f();'],
    ['for (int i = 0; i < n; i++) f();', 'for (int i = 0; own_loop() && (i < n); i++) f();'],
    ['do f(); while (a, b);', 'do f(); while (own_loop() && (a, b));'],
    ['do { f(); } while (0);', 'do { f(); } while (0);'],
    ['if (a) goto out; else f();', 'if (a) { own_loop(); goto out; } else f();'],
    ['goto *table[a];', 'goto *table[a];'],
    ['x = "for (;;)"; /* while (1) */ whiled(1); s->for_each(2);', undefined],
  ])('%s', (text, counted = text) => {
    expect(countLoops(text)).toBe(counted);
  });
});

it('loops do what they did', () => {
  const { lines } = runRewritten(`
#include <stdio.h>
int main(void)
{
	int i, n = 0;
	for (i = 0; i < 3; i++)
		for (int k = i; k; k--)
			n += k;
	while (n < 10 && i--)
		n++;
	do
		n += 100;
	while (n < 300);
again:
	if (n++ < 320)
		goto again;
	printf("%d %d\\n", n, i);
	return 0;
}
`);
  expect(lines).toEqual(['321 -1']);
});

it.each(['while (x) ;', 'for (;;) ;', 'do ; while (x);', 'again: goto again;', 'for (x = 1; x < 2 || x; x = 1) ;'])(
  'one that never ends does: %s',
  (loop) => {
    expect(runRewritten(`int main(void) { volatile int x = 1; ${loop} return 0; }`).lines).toEqual([
      'a loop that never ends',
    ]);
  },
);
