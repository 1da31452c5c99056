// SPDX-License-Identifier: GPL-2.0-only
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { kernelFolder, prepareCache } from '../../lib/kernel/cache.js';
import {
  cacheFolder,
  findInstalled,
  installedKernels,
  installKernel,
  removeKernel,
  requireInstalled,
} from '../../lib/kernel/index.js';
import { withLock } from '../../lib/kernel/install/lock.js';
import { shortName, traceKernel } from '../../lib/kernel/names.js';
import { fakeKernels } from './fixture.js';

const fake = fakeKernels();
afterAll(() => fake.remove());
afterEach(() => vi.unstubAllEnvs());

function useFakeCache(): void {
  for (const [name, value] of Object.entries(fake.env)) vi.stubEnv(name, value);
}

describe('cacheFolder', () => {
  it.each([
    [{ S390_GMAP_CACHE: '/own', XDG_CACHE_HOME: '/xdg' }, '/own'],
    [{ S390_GMAP_CACHE: '', XDG_CACHE_HOME: '/xdg' }, '/xdg/s390-gmap'],
    [{ S390_GMAP_CACHE: '', XDG_CACHE_HOME: '' }, join(homedir(), '.cache', 's390-gmap')],
    [{ S390_GMAP_CACHE: '', XDG_CACHE_HOME: 'relative' }, join(homedir(), '.cache', 's390-gmap')],
  ])('with %j is %s', (env, folder) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(cacheFolder()).toBe(folder);
  });

  it('is refused if make would not cope with it', () => {
    vi.stubEnv('S390_GMAP_CACHE', join(fake.folder, 'with space'));
    expect(() => prepareCache()).toThrow(/without spaces and colons/);
    expect(existsSync(join(fake.folder, 'with space'))).toBe(false);
  });
});

describe('names', () => {
  it('are accepted with and without linux-', () => {
    expect(['6.1', 'linux-6.1', 'my-kernel'].map(shortName)).toEqual(['6.1', '6.1', 'my-kernel']);
  });

  it.each(['', '..', '../x', 'a/b', '-x', 'linux-', 'x'.repeat(65)])('%j is none', (name) => {
    expect(() => shortName(name)).toThrow(/is no name of a kernel/);
  });

  it.each([
    ['6.1.0-50-s390x', 'linux-6.1'],
    ['4.7.4+', 'linux-4.7'],
    ['6.12.95+deb12-s390x', 'linux-6.12'],
    ['custom', undefined],
  ])('of the release %s is %s', (release, name) => {
    expect(traceKernel(release)).toBe(name);
  });
});

describe('installed kernels', () => {
  it('are found by either name', () => {
    useFakeCache();
    expect(findInstalled('linux-4.7')).toEqual(fake.kernel);
    expect(requireInstalled('4.7')).toEqual(fake.kernel);
  });

  it('the error for one that is not there names the command that installs it', () => {
    useFakeCache();
    expect(() => requireInstalled('linux-6.1')).toThrow(
      'the kernel 6.1 is not installed (installed: 4.7). Install it: s390-gmap kernel install 6.1',
    );
    expect(() => requireInstalled('4.8')).toThrow('s390-gmap kernel install --tree DIR');
  });

  it('do not count while they are half installed, or of another version of this package', () => {
    useFakeCache();
    for (const [name, manifest] of [
      ['6.1', undefined],
      ['6.12', '{ "format": 2 }'],
    ] as const) {
      mkdirSync(kernelFolder(name), { recursive: true });
      if (manifest) writeFileSync(join(kernelFolder(name), 'kernel.json'), manifest);
      expect(findInstalled(name)).toBeUndefined();
    }
    writeFileSync(`${kernelFolder('6.1')}.lock`, '1\n');
    expect(installedKernels()).toEqual([fake.kernel]);
    expect(removeKernel('6.1')).toBe(true);
    expect(removeKernel('linux-6.12')).toBe(true);
    expect(removeKernel('6.12')).toBe(false);
  });

  const whole = { format: 1, ...fake.kernel, name: '6.1', folder: join(fake.folder, 'cache/kernels/6.1') };
  it.each(
    Object.entries({
      empty: '',
      'a brace': '{',
      null: 'null',
      'a list': '[]',
      'a format alone': '{"format":1}',
      'a name with control characters': JSON.stringify({ ...whole, name: '\x1b[31m6.1' }),
      'the name of another folder': JSON.stringify({ ...whole, name: '4.7' }),
      'a release with control characters': JSON.stringify({ ...whole, release: '6.1\n6.2' }),
      'another folder': JSON.stringify({ ...whole, folder: '/' }),
      'an image that is no path': JSON.stringify({ ...whole, image: 5 }),
      'modules that are no paths': JSON.stringify({ ...whole, modules: [null] }),
      'an origin that nobody knows': JSON.stringify({ ...whole, origin: 'thin air' }),
      'UTF-16': Buffer.from(JSON.stringify(whole), 'utf16le'),
    }),
  )('do not count if their manifest is not understood: %s', (_, manifest) => {
    useFakeCache();
    mkdirSync(kernelFolder('6.1'), { recursive: true });
    writeFileSync(join(kernelFolder('6.1'), 'kernel.json'), manifest);
    expect(installedKernels()).toEqual([fake.kernel]);
    expect(() => requireInstalled('6.1')).toThrow('the kernel 6.1 is not installed (installed: 4.7)');
    expect(removeKernel('6.1')).toBe(true);
  });

  it('count where the cache has another name', () => {
    useFakeCache();
    symlinkSync(join(fake.folder, 'cache'), join(fake.folder, 'link'));
    vi.stubEnv('S390_GMAP_CACHE', join(fake.folder, 'link'));
    expect(installedKernels()).toEqual([fake.kernel]);
    mkdirSync(kernelFolder('6.1'));
    writeFileSync(join(kernelFolder('6.1'), 'kernel.json'), JSON.stringify(whole));
    expect(installedKernels().map(({ name }) => name)).toEqual(['4.7', '6.1']);
    expect(removeKernel('6.1')).toBe(true);
  });

  it('do not count if their manifest is a FIFO, or the folder has a name with control characters', () => {
    useFakeCache();
    mkdirSync(kernelFolder('6.1'), { recursive: true });
    spawnSync('mkfifo', [join(kernelFolder('6.1'), 'kernel.json')]);
    const folder = join(kernelFolder('6.1'), '../\x1b[31m');
    mkdirSync(folder);
    writeFileSync(join(folder, 'kernel.json'), JSON.stringify({ ...whole, name: '\x1b[31m' }));
    expect(installedKernels()).toEqual([fake.kernel]);
    rmSync(folder, { recursive: true });
    expect(removeKernel('6.1')).toBe(true);
  });

  it('there are none without a cache folder', () => {
    vi.stubEnv('S390_GMAP_CACHE', '/nowhere');
    expect(installedKernels()).toEqual([]);
  });

  it('a name that Debian does not have is refused', async () => {
    useFakeCache();
    await expect(installKernel('2.4')).rejects.toMatchObject({
      code: 'ERR_UNKNOWN_NAME',
      message: expect.stringContaining('Debian has 5.10, 6.1, 6.12'),
    });
  });
});

describe('withLock', () => {
  const lock = join(fake.folder, 'a.lock');

  it('is held while the work is done', async () => {
    await withLock(lock, async () => {
      await expect(withLock(lock, async () => {})).rejects.toThrow(`another process (${process.pid}) is at it`);
    });
    await expect(withLock(lock, () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect(await withLock(lock, async () => 'done')).toBe('done');
  });

  it('does not depend on what is in the file', async () => {
    for (const text of ['4194305\n', '', `${process.pid}\n`, '\x1b[31m']) {
      writeFileSync(lock, text);
      expect(await withLock(lock, async () => 'done')).toBe('done');
    }
  });

  it('says that it cannot be taken', async () => {
    await expect(withLock(join(fake.folder, 'nowhere/a.lock'), async () => {})).rejects.toThrow(
      /^cannot lock .*nowhere\/a\.lock: no such file or directory$/,
    );
  });

  it('is never held by two, whoever is killed', async () => {
    const log = join(fake.folder, 'log-of-locks');
    const module = new URL('../../dist/kernel/install/lock.js', import.meta.url).href;
    // Who is in it says so, stays for a moment, and says that it leaves.
    const script = `
      import { appendFileSync } from 'node:fs';
      const { withLock } = await import(${JSON.stringify(module)});
      for (;;) {
        await withLock(${JSON.stringify(lock)}, async () => {
          appendFileSync(${JSON.stringify(log)}, 'enter ' + process.pid + '\\n');
          await new Promise((resolve) => setTimeout(resolve, 2));
          appendFileSync(${JSON.stringify(log)}, 'leave ' + process.pid + '\\n');
        }).catch((error) => { if (error.code !== 'ERR_FOLDER') throw error; });
        await new Promise((resolve) => setTimeout(resolve, 1));
      }`;
    const start = () => spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' });
    const children = [start(), start(), start()];
    const lines = () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []);
    for (let kills = 0; kills < 6; kills++) {
      const before = lines().length;
      let killed = -1;
      while (killed < 0) {
        await new Promise((resolve) => setTimeout(resolve, 2));
        // Every other time the one that is in it.
        const inside = Number(/^enter (\d+)$/.exec(lines().at(-1) ?? '')?.[1]);
        if (lines().length >= before + 20) killed = kills % 2 ? 0 : children.findIndex(({ pid }) => pid === inside);
      }
      for (const child of children.splice(killed, 1)) child.kill('SIGKILL');
      children.push(start());
    }
    for (const child of children) child.kill('SIGKILL');
    // Who was killed says nothing any more. Who leaves has had it alone since it came.
    const said = lines();
    const together = said.filter(
      (line, i) => line.startsWith('leave ') && said[i - 1] !== line.replace('leave', 'enter'),
    );
    expect(together).toEqual([]);
    expect(said.length).toBeGreaterThan(100);
  }, 60_000);
});
