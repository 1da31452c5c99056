// SPDX-License-Identifier: GPL-2.0-only
// The examples run as they are, the package being found by its own name.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const printed = (name: string) => execFileSync(process.execPath, [join(root, 'examples', name)], { encoding: 'utf8' });

describe('examples', () => {
  it('dirty-log: what was written to is seen once', () => {
    const lines = printed('dirty-log.mjs').split('\n');
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['########', '........', '..#..#..', '']);
  });

  it('random-programs: the invariants hold', () => {
    expect(printed('random-programs.mjs')).toBe('5000 programs, no invariant broken\n');
  });

  it('are all run here', () => {
    expect(readdirSync(join(root, 'examples')).sort()).toEqual(['dirty-log.mjs', 'random-programs.mjs']);
  });
});
