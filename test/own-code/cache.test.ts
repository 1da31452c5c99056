// SPDX-License-Identifier: GPL-2.0-only
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { builtKernels, findCode, removeCode, requireCode, writeCode } from '../../lib/own-code/cache.js';
import { codeName } from '../../lib/own-code/names.js';
import { hashOfFile } from '../../lib/own-code/state.js';
import { fakeCodes } from './fixture.js';

const codes = fakeCodes();
afterAll(() => codes.remove());
beforeEach(() => vi.stubEnv('S390_GMAP_CACHE', codes.folder));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(codes.folder, 'codes'), { recursive: true, force: true });
});

describe('names of codes', () => {
  it('have linux- where they are versions', () => {
    expect(['6.1', 'linux-6.1', 'mine', '6.1-mine'].map(codeName)).toEqual([
      'linux-6.1',
      'linux-6.1',
      'mine',
      '6.1-mine',
    ]);
  });

  it.each(['', '..', '../x', 'a/b', '-x', 'x'.repeat(65), 'a b'])('%j is none', (name) => {
    expect(() => findCode(name)).toThrow(/is no name of a code/);
    expect(() => requireCode(name)).toThrow(expect.objectContaining({ code: 'ERR_CODE_NAME' }));
  });
});

describe('builtKernels', () => {
  it('has no code where nothing was built', () => {
    expect(builtKernels()).toEqual([]);
    expect(findCode('mine')).toBeUndefined();
  });

  it('has the codes that were built to the end, in the order of their names', () => {
    for (const name of ['mine', 'linux-6.12', 'linux-6.1', 'half']) codes.add(name, 'linux-6.1');
    rmSync(join(codes.folder, 'codes', 'half', 'code.json'));
    expect(builtKernels().map(({ name }) => name)).toEqual(['linux-6.1', 'linux-6.12', 'mine']);
    expect(findCode('half')).toBeUndefined();
  });

  it.each([
    ['no JSON', () => '{'],
    ['another format', (text: string) => text.replace('"format": 1', '"format": 2')],
    ['no profile', (text: string) => text.replace('"linux-6.1"', '"linux-9.9"')],
    ['inputs that are none', (text: string) => text.replace('"inputs": {}', '"inputs": 3')],
    ['another name', (text: string) => text.replace('"mine"', '"yours"')],
  ])('leaves out one whose manifest has %s', (_, change) => {
    const file = join(codes.add('mine', 'linux-6.1').folder, 'code.json');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    expect(findCode('mine')).toBeUndefined();
  });

  it('leaves out one that was moved', () => {
    const { folder } = codes.add('mine', 'linux-6.1');
    codes.add('other', 'linux-6.1');
    renameSync(folder, join(codes.folder, 'codes', 'moved'));
    expect(builtKernels().map(({ name }) => name)).toEqual(['other']);
  });
});

describe('requireCode', () => {
  it('answers what is to be used', () => {
    const code = codes.add('linux-6.1', 'linux-6.1');
    expect(requireCode('6.1')).toEqual(code);
  });

  it('names the command that builds what is not there', () => {
    codes.add('other', 'linux-6.1');
    const error = { name: 'OwnCodeError', code: 'ERR_CODE_NOT_BUILT' };
    expect(() => requireCode('mine')).toThrow(
      expect.objectContaining({
        ...error,
        message:
          'the code mine is not built (built: other). Build it: s390-gmap kernel build --source TREE --name mine',
      }),
    );
    expect(() => requireCode('6.1')).toThrow(
      expect.objectContaining({
        ...error,
        message: 'the code linux-6.1 is not built (built: other). Build it: s390-gmap kernel build 6.1',
      }),
    );
  });

  it.each([
    [{ package: '0.0.1' }, /it was built by version 0\.0\.1 of this package, and this is /],
    [{ system: 'linux-vax' }, /it was built for linux-vax, and this is /],
    [{ addon: '/nowhere/addon.node' }, /its addon is not there: \/nowhere\/addon\.node/],
    [{ inputs: { '/nowhere/gmap.c': '00' } }, /\/nowhere\/gmap\.c is another one now/],
  ])('refuses one that is stale: %j', (changes, message) => {
    codes.add('mine', 'linux-6.1', { tree: '/my tree', ...changes });
    expect(() => requireCode('mine')).toThrow(expect.objectContaining({ code: 'ERR_CODE_STALE' }));
    expect(() => requireCode('mine')).toThrow(message);
    expect(() => requireCode('mine')).toThrow(/Build it: s390-gmap kernel build --source "\/my tree" --name mine$/);
  });

  it('looks at the sources when a build is asked for first', () => {
    const source = join(codes.folder, 'gmap.c');
    writeFileSync(source, 'one');
    const code = codes.add('mine', 'linux-6.1', { inputs: { [source]: hashOfFile(source) } });
    expect(requireCode('mine')).toEqual(code);
    writeFileSync(source, 'two');
    expect(requireCode('mine')).toEqual(code);
    // another build, of what the file was once
    writeCode({ ...code, flags: '-O1' });
    expect(() => requireCode('mine')).toThrow(/gmap\.c is another one now/);
  });
});

describe('removeCode', () => {
  it('removes a code, built or half built', () => {
    const { folder } = codes.add('mine', 'linux-6.1');
    expect(removeCode('mine')).toBe(true);
    expect(existsSync(folder)).toBe(false);
    expect(removeCode('mine')).toBe(false);
  });
});
