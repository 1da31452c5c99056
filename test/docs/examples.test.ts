// SPDX-License-Identifier: GPL-2.0-only
// Examples whose sessions need more than is everywhere: a booted kernel, whose part a guest program plays here, and GitHub. The others are
// run by sessions.test.ts, as examples/README.md and docs/gallery.md show them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { harnessVersion } from '../../lib/kernel/install/harness-sources.js';
import { fakeKernels } from '../kernel/fixture.js';
import { read } from './markdown.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const node = (args: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8', env: { ...process.env, ...env } });

describe('examples/real-kernel.mjs', () => {
  const fake = fakeKernels(harnessVersion());
  afterAll(() => fake.remove());

  it('compares its program and random ones in one boot', () => {
    const { status, stdout } = node(['examples/real-kernel.mjs', '4.7'], fake.env);
    expect(status).toBe(0);
    expect(stdout).toContain(
      'munmap(mm0, 0x10000001000, 0x1000) = 0\n  ! notify(n0, g0, 0x1000)\nthe model does the same\n',
    );
    expect(stdout).toMatch(/\n20 random programs passed, 0 failed\n$/);
    expect(fake.pids()).toHaveLength(1);
  });

  it('says that nothing was compared where there is no kernel', () => {
    const { status, stdout } = node(['examples/real-kernel.mjs', '6.12'], fake.env);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^not compared: the kernel 6\.12 is not installed .*kernel install 6\.12\n$/),
    });
  });
});

describe('the lint of workflows', () => {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('lets that of examples/ pass, and refuses what GitHub would', () => {
    const workflow = read('examples/fuzz-each-change.yml');
    const write = (name: string, text: string) => {
      const file = join(folder, name);
      writeFileSync(file, text);
      return file;
    };
    const good = write('good.yml', workflow);
    const key = write('key.yml', workflow.replace('continue-on-error', 'continue'));
    const call = write('call.yml', workflow.replace('failure()', 'failing()'));
    const { status, stderr } = node(['scripts/lint-workflows.mjs', good, key, call]);
    expect(status).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/key\.yml:\d+:\d+: unexpected key "continue" for "step" section/),
      expect.stringMatching(/call\.yml:\d+:\d+: undefined function "failing"/),
    ]);
  });
});

describe('pages', () => {
  it('have every example', () => {
    const page = read('examples/README.md');
    const names = readdirSync(join(root, 'examples')).filter((name) => !['README.md', 'traces'].includes(name));
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(page).toContain(`| [${name}](${name}) |`);
    for (const name of names.filter((name) => name.endsWith('.mjs'))) expect(page).toMatch(`node examples/${name}`);
  });

  it('have every trace', () => {
    const page = read('docs/gallery.md');
    for (const name of readdirSync(join(root, 'examples/traces')))
      expect(page).toContain(`-- run examples/traces/${name}\n`);
  });
});
