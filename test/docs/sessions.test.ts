// SPDX-License-Identifier: GPL-2.0-only
// What docs/inspecting.md shows is what happens.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('docs/inspecting.md shows what happens', () => {
  const { stderr } = spawnSync(
    process.execPath,
    [fileURLToPath(new URL('../../scripts/doc-sessions.mjs', import.meta.url))],
    {
      encoding: 'utf8',
    },
  );
  expect(stderr).toBe('');
});
