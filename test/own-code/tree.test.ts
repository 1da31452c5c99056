// SPDX-License-Identifier: GPL-2.0-only
/** Which folders are trees that can be built, and what is said of the others. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { kernels } from '../../lib/generated/abi.js';
import { openSource } from '../../lib/own-code/build/tree.js';
import { thrownBy } from '../machine/fixture.js';
import { stubTrees } from './stub-package.js';

const trees = stubTrees();
afterAll(() => trees.remove());

const makefile = (version: string, patchlevel: string, sublevel: string, extra = '') =>
  `VERSION = ${version}\nPATCHLEVEL=${patchlevel}\nSUBLEVEL = ${sublevel}\nEXTRAVERSION =${extra}\nNAME = x\n`;

describe('the version', () => {
  it.each([
    [['6', '1', '192'], '6.1.192', 'linux-6.1', true],
    [['6', '12', '0', ' -rc3'], '6.12.0-rc3', 'linux-6.12', true],
    [['6', '5', '3', ' -mine+'], '6.5.3-mine+', 'linux-6.1', false],
    [['5', '9', '0'], '5.9.0', 'linux-4.7', false],
    [['6', '18', '0'], '6.18.0', 'linux-6.12', false],
    [['4', '7', ''], '4.7', 'linux-4.7', true],
    // before all profiles
    [['4', '6', '0'], '4.6.0', 'linux-4.7', false],
  ] as const)('%j is %s, with the profile %s', ([version, patchlevel, sublevel, extra], text, kernel, isOwnProfile) => {
    const folder = trees.tree('version', { Makefile: makefile(version, patchlevel, sublevel, extra) });
    expect(kernels).toContain(kernel);
    expect(openSource(folder)).toEqual({ folder, place: folder, called: folder, version: text, kernel, isOwnProfile });
  });
});

describe('a folder that cannot be built', () => {
  const problemOf = (folder: string, called?: string) =>
    thrownBy(() => openSource(folder, called === undefined ? {} : { called }));
  const error = { name: 'OwnCodeError', code: 'ERR_CODE_TREE' };

  it.each([
    ['is not there', undefined, /^\S*nowhere cannot be built: there is no such folder\.$/],
    ['has no Makefile', { Makefile: undefined }, /: its Makefile does not say VERSION and PATCHLEVEL/],
    ['has another Makefile', { Makefile: 'all:\n\ttrue\n' }, /: its Makefile does not say VERSION and PATCHLEVEL/],
    [
      'lacks files',
      { 'arch/s390/mm/pgtable.c': undefined, 'include/linux/list.h': undefined },
      /: Linux 6\.1\.7 there has no arch\/s390\/mm\/pgtable\.c, include\/linux\/list\.h\. Is all of it checked out\?/,
    ],
    ['is of before 4.7', { 'arch/s390/mm/gmap.c': undefined }, /has no arch\/s390\/mm\/gmap\.c\. .* From 4\.7 on/],
    [
      'has the rewrite',
      {
        Makefile: makefile('7', '2', '13'),
        'arch/s390/mm/gmap.c': undefined,
        'arch/s390/kvm/gmap.c': '',
        'arch/s390/kvm/dat.c': '',
      },
      /: Linux 7\.2\.13 has no arch\/s390\/mm\/gmap\.c any more: .* a rewrite with other functions, .* not support\. Trees from 4\.7 to 6\.18/,
    ],
  ])('one that %s', (name, changes, message) => {
    const folder = changes === undefined ? join(trees.folder, 'nowhere') : trees.tree(name, changes);
    expect(problemOf(folder)).toMatchObject({ ...error, message: expect.stringMatching(message) });
  });

  it('has a path that compilers do not cope with', () => {
    expect(problemOf(trees.tree('a "tree"'))).toMatchObject({
      ...error,
      message: expect.stringContaining('compilers do not cope with quotes'),
    });
    expect(openSource(trees.tree('a tree, too')).version).toBe('6.1.7');
  });

  it('is called what it is known by', () => {
    const folder = trees.tree('called');
    rmSync(join(folder, 'Makefile'));
    expect(problemOf(folder, 'linux-source-6.1')).toMatchObject({
      message: expect.stringMatching(/^linux-source-6\.1 cannot be built: /),
    });
  });
});
