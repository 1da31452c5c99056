// SPDX-License-Identifier: GPL-2.0-only
/** Calls through the addon with each request of memory failing once: ERR_GMAP_MEMORY, and the machine is alive, or resets. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildChangedAddon } from './changed-addon.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Under ASan the addon is such a one already: scripts/sanitize-addon.sh. */
let addonThatFails = '';
beforeAll(() => {
  const { S390_GMAP_ADDON: addon } = process.env;
  const text = readFileSync(join(root, 'test/addon/memory-fails.c'), 'utf8');
  addonThatFails = addon?.includes('addon-asan')
    ? addon
    : buildChangedAddon(folder, 'native/core/machine/memory.c', text);
}, 120_000);

it.each([[], ['--jobs', '2']])(
  'a campaign ends in words, and what it kept is there %j',
  (...options) => {
    const corpus = mkdtempSync(join(folder, 'corpus-'));
    const command = ['dist/cli/main.js', 'fuzz', '--runs', '100000', '--corpus', corpus, ...options];
    const env = { ...process.env, S390_GMAP_ADDON: addonThatFails, S390_GMAP_FAIL_AT: '900' };
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, env, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('this process has no memory left'),
    });
    expect(readdirSync(corpus, { recursive: true }).length).toBeGreaterThan(10);
  },
  120_000,
);

it('each request of memory fails once', () => {
  const output = execFileSync(process.execPath, ['test/addon/memory-program.mjs'], {
    cwd: root,
    env: { ...process.env, S390_GMAP_ADDON: addonThatFails },
    encoding: 'utf8',
  });
  const { failures, wrong } = JSON.parse(output) as { failures: Record<string, number>; wrong: string[] };
  expect(wrong).toEqual([]);
  // What needs no memory, at least today.
  const { reset, takeEvents, createNotifier, fork, ...others } = failures;
  expect({ reset, takeEvents, createNotifier, fork }).toEqual({ reset: 0, takeEvents: 0, createNotifier: 0, fork: 0 });
  for (const [name, count] of Object.entries(others)) expect([name, count > 0]).toEqual([name, true]);
  expect(Object.values(failures).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(100);
}, 120_000);
