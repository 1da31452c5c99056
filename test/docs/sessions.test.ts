// SPDX-License-Identifier: GPL-2.0-only
// The sessions that these pages show are what happens. Those of docs/own-code.md need a built code: scripts/own-code.mjs.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('../../scripts/doc-sessions.mjs', import.meta.url));

it.each([
  'docs/inspecting.md',
  'docs/tutorial.md',
  'docs/gallery.md',
  'examples/README.md',
  'recordings/README.md',
  'test/peer-suites/README.md',
])('%s shows what happens', (page) => {
  const { status, stderr } = spawnSync(process.execPath, [script, page], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
