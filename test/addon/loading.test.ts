// SPDX-License-Identifier: GPL-2.0-only
/** When the addon is loaded, and what is said where that is not possible. The package without its addon is a copy of it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 's390-gmap loading ')); // with spaces
const copy = join(scratch, 'node_modules', 's390-gmap');
const trace = join(root, 'recordings/linux-4.7/b_alias.trace');

beforeAll(() => {
  mkdirSync(copy, { recursive: true });
  for (const name of ['dist', 'package.json', 'kernel'])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

afterAll(() => rmSync(scratch, { recursive: true }));

function node(args: readonly string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    cwd: scratch,
    env: { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(scratch, 'cache'), ...env },
  });
  return { status, stdout, stderr };
}

const cli = (...args: string[]) => node([join(copy, 'dist/cli/main.js'), ...args]);
const useMachine = `import { Machine } from ${JSON.stringify(join(copy, 'dist/index.js'))};
  try { new Machine(); } catch (error) { console.log(error.name, error.code, error.message); }`;

describe('without the addon', () => {
  it.each([
    [['--help'], 'Usage: s390-gmap'],
    [['--version'], (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version],
    [['check', trace], ''],
    [['kernel', 'list'], '6.1'],
    [['fuzz', '--help'], 'Usage: s390-gmap fuzz'],
  ])('%j works', (args, text) => {
    const { status, stdout, stderr } = cli(...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(text);
  });

  it.each([
    ['replay', trace],
    ['run', trace],
    ['vtop', trace, 'g0', '0'],
    ['fuzz', '--runs', '1'],
  ])('%s %s says how to build it', (...args) => {
    const { status, stderr } = cli(...args);
    expect(status).toBe(2);
    expect(stderr).toContain('a C/C++ compiler, make and python3');
    expect(stderr).toContain(`\n  npx --yes node-gyp rebuild --directory "${join(copy, 'native/addon')}"\n`);
  });

  it('importing the package is possible, and what needs the addon throws', () => {
    const { stdout } = node(['--input-type=module', '--eval', useMachine]);
    expect(stdout).toMatch(/^AddonError ERR_GMAP_ADDON s390-gmap: its native addon cannot be loaded/);
  });

  it('a bundle is told that the package must stay outside of it', () => {
    const bundle = join(scratch, 'bundle');
    mkdirSync(join(bundle, 'dist'), { recursive: true });
    cpSync(join(root, 'dist'), join(bundle, 'dist'), { recursive: true });
    writeFileSync(join(bundle, 'package.json'), '{ "name": "of-the-user", "type": "module" }');
    const { stdout } = node(['--input-type=module', '--eval', useMachine.replace(copy, bundle)]);
    expect(stdout).toContain('was bundled');
    expect(stdout).not.toContain('node-gyp');
  });
});

const permission = ['--permission', '--experimental-permission'].find((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);

describe('under --permission', () => {
  const use = `import { Machine } from ${JSON.stringify(join(root, 'dist/index.js'))};
    try { new Machine().close(); console.log('works'); } catch (error) { console.log(error.code, error.message); }`;
  const run = (...flags: string[]) =>
    node([permission ?? '', ...flags, '--no-warnings', '--input-type=module', '--eval', use]).stdout;

  it('says what is missing', () => {
    expect(permission).toBeDefined();
    for (const flags of [
      ['--allow-fs-read=*'],
      [`--allow-fs-read=${root}*`],
      ['--allow-addons', `--allow-fs-read=${root}*`],
    ]) {
      const output = run(...flags);
      if (output === 'works\n') continue;
      expect(output).toContain('ERR_GMAP_ADDON');
      expect(output).toContain('--allow-addons --allow-fs-read=');
    }
  });

  it('works with what it asks for', () => {
    expect(run('--allow-addons', `--allow-fs-read=${root}*`, '--allow-fs-read=/etc/alpine-release')).toBe('works\n');
  });
});
