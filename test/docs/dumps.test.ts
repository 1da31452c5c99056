// SPDX-License-Identifier: GPL-2.0-only
// What docs/dumps.md shows is what happens.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('docs/dumps.md shows what happens', () => {
  const script = fileURLToPath(new URL('../../scripts/doc-sessions.mjs', import.meta.url));
  const { stderr } = spawnSync(process.execPath, [script, 'docs/dumps.md'], { encoding: 'utf8' });
  expect(stderr).toBe('');
});
