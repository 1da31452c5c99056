// SPDX-License-Identifier: GPL-2.0-only
/** Builds of trees with a few lines of our own, from the first step to the last. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Build, BuildOptions, Progress } from '../../../lib/kernel/index.js';
import { isGoneSoon, writeProgram } from '../../kernel/fixture.js';
import { stubPackage, TREE } from '../stub-package.js';

const stub = stubPackage();
afterAll(() => stub.remove());
beforeEach(() => vi.stubEnv('S390_GMAP_CACHE', stub.cache));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(stub.cache, 'codes'), { recursive: true, force: true });
});

const from = async (name: string): Promise<unknown> => import(pathToFileURL(join(stub.dist, name)).href);
const { buildKernel, builtKernels } = (await from('kernel/index.js')) as typeof import('../../../lib/kernel/index.js');
const { requireCode } = (await from('own-code/cache.js')) as typeof import('../../../lib/own-code/cache.js');

const has = (program: string) => spawnSync(program, ['--version']).status === 0;
const compilers = ['clang', 'gcc'].filter(has);
if (compilers.length < 2) console.warn(`NOT TESTED: builds without ${['clang', 'gcc'].filter((name) => !has(name))}`);

/** The faster one. */
const compiler = compilers.at(-1) ?? 'none';
const build = (source: string, options: BuildOptions = {}): Promise<Build> =>
  buildKernel('mine', { source, compiler, ...options });
const problemOf = (source: string, options?: BuildOptions): Promise<Error & { code: string }> =>
  build(source, options).then(
    () => expect.unreachable('it was built'),
    (error) => error,
  );

/** Everything below a folder, with what would change if somebody wrote there. */
const stateOf = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[]).map((path) => [path, statSync(join(folder, path)).ctimeMs]);

describe.each(compilers)('a build with %s', (compiler) => {
  it('is put into the cache, and the tree is not written to', async () => {
    const tree = stub.tree(`by ${compiler}`);
    const before = stateOf(tree);
    const steps: Progress[] = [];
    const { code, alreadyThere } = await build(tree, { compiler, onProgress: (progress) => steps.push(progress) });
    expect(alreadyThere).toBe(false);
    expect(stateOf(tree)).toEqual(before);
    expect(code).toMatchObject({
      name: 'mine',
      kernel: 'linux-6.1',
      version: '6.1.7',
      from: tree,
      tree,
      folder: join(stub.cache, 'codes/mine'),
      compiler: expect.stringContaining(compiler),
      command: `s390-gmap kernel build --source "${tree}" --name mine --compiler ${compiler}`,
      unknown: [],
      preload: [],
    });
    expect(builtKernels()).toEqual([code]);
    expect(requireCode('mine')).toEqual(code);
    expect(stub.cached().filter((path) => path.startsWith('codes'))).toEqual(
      [
        'codes',
        'codes/mine',
        `codes/mine/${code.addon.split('/').at(-1)}`,
        'codes/mine.lock',
        'codes/mine/code.json',
      ].sort(),
    );
    expect(steps.map(({ step }) => step.replace(/:.*/, ''))).toEqual(
      expect.arrayContaining(["compile the tree's code", 'compile the machine', 'link it']),
    );
    expect(steps.at(-2)).toEqual({ step: 'compile the machine: 4 of 4 files', fraction: 1 });
  });

  it('knows what it has read: of the tree, and of this package', async () => {
    const tree = stub.tree('read');
    const { inputs } = (await build(tree, { compiler })).code;
    const below = (folder: string) =>
      Object.keys(inputs).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : []));
    expect(below(tree).sort()).toEqual([
      'Makefile',
      'arch/s390/include/asm/gmap.h',
      'arch/s390/mm/gmap.c',
      'arch/s390/mm/pgtable.c',
    ]);
    // By a name that is the same in another copy of the package, which may use this cache too.
    expect(below('native')).toEqual(
      expect.arrayContaining(['core/layout.h', 'core/one.c', 'own-code/include/linux/types.h', 'own-code/tree/gmap.c']),
    );
  });

  it('says where the tree uses what is not there', async () => {
    const use = (text: string) => stub.tree('wrong', { 'arch/s390/mm/pgtable.c': `\n${text}\n` });
    const error = { name: 'OwnCodeError', code: 'ERR_CODE_BUILD' };
    const advice = 'give that to the build: --include FILE.';
    const undeclared = await problemOf(use('int f(void) { return frob(1); }'), { compiler });
    expect(undeclared).toMatchObject(error);
    expect(undeclared.message).toMatch(
      /^Linux 6\.1\.7, \S+wrong, cannot be built: compiling arch\/s390\/mm\/pgtable\.c failed\n {2}arch\/s390\/mm\/pgtable\.c:2: the function 'frob' is not declared\n/,
    );
    expect(undeclared.message).toContain(advice);
    const missing = await problemOf(use('int frob(int); int f(void) { return frob(1); }'), { compiler });
    expect(missing).toMatchObject(error);
    expect(missing.message).toContain("  arch/s390/mm/pgtable.c:2: the function 'frob' is declared and not there\n");
    const header = await problemOf(use('#include <linux/frob.h>'), { compiler });
    expect(header.message).toContain("  arch/s390/mm/pgtable.c:2: there is no header 'linux/frob.h'\n");
    const type = await problemOf(use('int f(struct frob *x) { return x->y; }'), { compiler });
    expect(type.message).toMatch(/ {2}arch\/s390\/mm\/pgtable\.c:2: .*frob/);
    expect(builtKernels()).toEqual([]);
  });
});

describe('building again', () => {
  it('does nothing where nothing has changed', async () => {
    const tree = stub.tree('same');
    const { code } = await build(tree);
    const { ctimeMs } = statSync(code.addon);
    // another time, and the same text
    writeFileSync(join(tree, 'Makefile'), TREE.Makefile ?? '');
    expect(await build(tree)).toEqual({ code, alreadyThere: true });
    expect(statSync(code.addon).ctimeMs).toBe(ctimeMs);
    expect((await build(tree, { hooks: false })).alreadyThere).toBe(false);
  });

  it('compiles of this package only what depends on the structures of the tree', async () => {
    await build(stub.tree('small'));
    const objects = () => readdirSync(join(stub.cache, 'objects'));
    const before = objects();
    await buildKernel('other', {
      compiler,
      source: stub.tree('same size', { 'arch/s390/mm/pgtable.c': 'void other(void) {}\n' }),
    });
    expect(objects()).toEqual(before);
    const header = '#include <linux/types.h>\nstruct gmap { u64 count; void *table; u64 more; };\n';
    await buildKernel('large', { compiler, source: stub.tree('large', { 'arch/s390/include/asm/gmap.h': header }) });
    expect(objects().length).toBe(before.length + 1);
  });

  it('is asked for when a file was changed, and mends it', async () => {
    const tree = stub.tree('changed');
    const first = (await build(tree)).code;
    appendFileSync(join(tree, 'arch/s390/include/asm/gmap.h'), 'typedef int more;\n');
    expect(() => requireCode('mine')).toThrow(
      expect.objectContaining({
        code: 'ERR_CODE_STALE',
        message: `the code mine must be built again: ${tree}/arch/s390/include/asm/gmap.h is another one now. Build it: ${first.command}`,
      }),
    );
    appendFileSync(join(tree, 'arch/s390/mm/gmap.c'), 'int again(int *a) { return ++*a; }\n');
    const { code, alreadyThere } = await build(tree);
    expect(alreadyThere).toBe(false);
    expect(code.addon).not.toBe(first.addon);
    expect(requireCode('mine')).toEqual(code);
    expect(existsSync(first.addon)).toBe(false);
  });

  it('keeps the last good code when it fails', async () => {
    const tree = stub.tree('broken');
    const { code } = await build(tree);
    appendFileSync(join(tree, 'arch/s390/mm/gmap.c'), 'frob\n');
    await problemOf(tree);
    expect(builtKernels()).toEqual([code]);
    expect(existsSync(code.addon)).toBe(true);
    expect(readdirSync(join(stub.cache, 'codes')).sort()).toEqual(['mine', 'mine.lock']);
  });
});

describe('a build', () => {
  it('has file names as the kernel has them, wherever the tree is', async () => {
    const { code } = await build(stub.tree('somewhere'));
    const text = readFileSync(code.addon, 'latin1');
    expect(text).toContain('\0arch/s390/mm/pgtable.c\0');
  });

  it('needs functions that this package calls', async () => {
    const renamed = TREE['arch/s390/mm/gmap.c']?.replace('gmap_flag', 'gmap_flags');
    const error = await problemOf(stub.tree('renamed', { 'arch/s390/mm/gmap.c': renamed }));
    expect(error).toMatchObject({ code: 'ERR_CODE_BUILD' });
    expect(error.message).toContain("  addon.cc: the tree has no function 'gmap_flag', which is called here\n");
  });

  it('takes declarations from a header of the user', async () => {
    const tree = stub.tree('own', { 'arch/s390/mm/pgtable.c': 'int f(void) { return frob(1); }\n' });
    const include = join(stub.folder, 'frob.h');
    writeFileSync(include, 'static inline int frob(int a) { return a; }\n');
    const { code } = await build(tree, { include });
    expect(code.command).toContain(`--include ${include}`);
    expect(Object.keys(code.inputs)).toContain(include);
  });

  it('has a profile of an older version where there is none of its own', async () => {
    const makefile = 'VERSION = 6\nPATCHLEVEL = 5\nSUBLEVEL = 0\nEXTRAVERSION = -rc1\n';
    const { code } = await build(stub.tree('6.5', { Makefile: makefile }));
    expect(code).toMatchObject({ kernel: 'linux-6.1', version: '6.5.0-rc1' });
  });

  it('refuses variables that machines would share, and names instructions that they do not have', async () => {
    const shared = await problemOf(stub.tree('shared', { 'arch/s390/mm/pgtable.c': '\nint frob;\n' }));
    expect(shared).toMatchObject({ code: 'ERR_CODE_TREE' });
    expect(shared.message).toMatch(/would share variables\n {2}arch\/s390\/mm\/pgtable\.c:2: frob\nMake them static/);
    const asm = '\nvoid f(void) { __asm__ volatile("frob 1"); }\n';
    const { code } = await build(stub.tree('unknown', { 'arch/s390/mm/pgtable.c': asm }));
    expect(code.unknown).toEqual(['arch/s390/mm/pgtable.c:2: frob 1']);
  });

  it.skipIf(!compilers.includes('clang'))(
    'has sanitizers where they are asked for, and says what must be loaded first',
    async () => {
      const { code } = await build(stub.tree('sanitized'), { compiler: 'clang', sanitize: true });
      expect(code.flags).toContain('-fsanitize=address,undefined');
      expect(code.preload).toEqual([expect.stringMatching(/^\/.*libclang_rt\.asan-.*\.so$/)]);
      expect(code.command).toMatch(/ --sanitize$/);
      await expect(
        buildKernel('g', { source: stub.tree('by gcc'), compiler: 'gcc', sanitize: true }),
      ).rejects.toMatchObject({
        code: 'ERR_TOOLS_MISSING',
        message: expect.stringMatching(/gcc: stores are told and sanitized at once by clang only\ninstall clang/),
      });
    },
  );

  it('does not take the name of another tree', async () => {
    await build(stub.tree('first'));
    const error = await problemOf(stub.tree('second'));
    expect(error).toMatchObject({ code: 'ERR_CODE_NAME' });
    expect(error.message).toMatch(
      /^there is a code mine already, from \S+first\. Give this one another name with --name, or remove that one: s390-gmap kernel remove --code mine$/,
    );
  });

  it('says before anything else that the folder is no tree', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(build('/nowhere')).rejects.toMatchObject({ code: 'ERR_CODE_TREE' });
    await expect(buildKernel('mine')).rejects.toMatchObject({
      code: 'ERR_CODE_NAME',
      message: expect.stringContaining('kernel build --source TREE --name mine'),
    });
    expect(stub.cached().filter((path) => path.startsWith('codes/'))).toEqual([]);
  });

  it('two at a time do not disturb each other', async () => {
    const trees = ['one', 'three'].map((name) =>
      stub.tree(name, {
        'arch/s390/mm/pgtable.c': `static int a = ${name.length};\nint f(int b) { return a += b; }\n`,
      }),
    );
    const [one, two] = await Promise.all(trees.map((source, i) => buildKernel(`code${i}`, { compiler, source })));
    expect(builtKernels()).toEqual([one?.code, two?.code]);
    expect(one?.code.addon).not.toBe(two?.code.addon);
  });

  it('ends by its signal, with what it has started, and nothing is left', async () => {
    const bin = join(stub.folder, 'compilers');
    const pid = join(stub.folder, 'pid');
    spawnSync('mkdir', ['-p', bin]);
    // It hangs when it shall compile, in a child of its own.
    writeProgram(
      join(bin, 'cc'),
      `case "$*" in *cpp-output*) sleep 600 & echo $! >'${pid}'; wait;; *) exec cc "$@";; esac`,
    );
    writeProgram(join(bin, 'c++'), 'exec c++ "$@"');
    const end = new AbortController();
    const ended = problemOf(stub.tree('hangs'), { compiler: join(bin, 'cc'), signal: end.signal });
    await vi.waitFor(() => expect(existsSync(pid)).toBe(true), 20_000);
    end.abort();
    expect(await ended).toMatchObject({ name: 'OwnCodeError', code: 'ERR_CODE_STOPPED' });
    expect(readdirSync(join(stub.cache, 'codes'))).toEqual(['mine.lock']);
    expect(await isGoneSoon(Number(readFileSync(pid, 'utf8')))).toBe(true);
  });
});
