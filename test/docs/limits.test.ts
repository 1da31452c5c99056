// SPDX-License-Identifier: GPL-2.0-only
/** docs/limits.md names tests that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rows = readFileSync(`${root}docs/limits.md`, 'utf8')
  .split('\n')
  .filter((line) => /^\| (?!limit |cost )/.test(line))
  .map((line) => line.slice(2, -2).split(' | '));

it('each limit is at a test, and says what happens there', () => {
  expect(rows.length).toBeGreaterThan(30);
  for (const row of rows) {
    const [limit, , what] = row;
    expect(what, limit).not.toBe('');
    const [, file, title] = /^`((?:test|native)\/[^`]*)`(?:: (.*))?$/.exec(row.at(-1) ?? '') ?? [];
    if (file === undefined) continue;
    expect(existsSync(`${root}${file}`), `${limit}: ${file}`).toBe(true);
    if (title) expect(readFileSync(`${root}${file}`, 'utf8'), limit).toContain(title);
  }
});
