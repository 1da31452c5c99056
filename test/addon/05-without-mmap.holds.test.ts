// SPDX-License-Identifier: GPL-2.0-only
/** Systems without mmap get their storage another way. Here the addon is built as if this were one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { buildChangedAddon } from './changed-addon.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const SOURCE = 'native/core/machine/memory.c';

it('recordings replay on a system without mmap', () => {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-without-mmap-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const text = readFileSync(join(root, SOURCE), 'utf8');
  const addon = buildChangedAddon(folder, SOURCE, `#define MEMORY_WITHOUT_MMAP\n${text}`);
  const replay = ['dist/cli/main.js', 'replay', 'recordings/linux-4.7', '--json'];
  const output = execFileSync(process.execPath, replay, {
    cwd: root,
    env: { ...process.env, S390_GMAP_ADDON: addon },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  const { passed, failed } = JSON.parse(output) as { passed: number; failed: number };
  expect(failed).toBe(0);
  expect(passed).toBeGreaterThan(100);
}, 600_000);
