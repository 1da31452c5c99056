// SPDX-License-Identifier: GPL-2.0-only
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
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

  it('is held while the work is done, and gone afterwards', async () => {
    await withLock(lock, async () => {
      expect(existsSync(lock)).toBe(true);
      await expect(withLock(lock, async () => {})).rejects.toThrow(`another process (${process.pid}) is at it`);
    });
    await expect(withLock(lock, () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect(readdirSync(fake.folder)).not.toContain('a.lock');
  });

  it('of a process that was killed does not count', async () => {
    writeFileSync(lock, '4194305\n');
    expect(await withLock(lock, async () => 'done')).toBe('done');
    writeFileSync(lock, '');
    expect(await withLock(lock, async () => 'done')).toBe('done');
  });
});
