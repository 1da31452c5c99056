// SPDX-License-Identifier: GPL-2.0-only
/** Codes of Debian's packages, which here are some of our own, and of a mirror that is an apt of ours. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { requireTools } from '../../../lib/kernel/install/tools.js';
import { isGoneSoon, writeProgram } from '../../kernel/fixture.js';
import { stubPackage, TREE } from '../stub-package.js';

const stub = stubPackage();
const bin = join(stub.folder, 'bin');
const pool = join(stub.folder, 'pool');
for (const folder of [bin, pool]) mkdirSync(folder);
const from = async (name: string): Promise<unknown> => import(pathToFileURL(join(stub.dist, name)).href);
const { buildKernel } = (await from('kernel/index.js')) as typeof import('../../../lib/kernel/index.js');
const { requireCode } = (await from('own-code/cache.js')) as typeof import('../../../lib/own-code/cache.js');

afterAll(() => stub.remove());
beforeEach(() => {
  vi.stubEnv('S390_GMAP_CACHE', stub.cache);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const name of ['codes', 'downloads']) rmSync(join(stub.cache, name), { recursive: true, force: true });
});

const lacks = (() => {
  try {
    requireTools(['dpkg-deb', 'tar', 'xz', 'gcc', 'g++'].map((name) => ({ name, package: name })));
    return undefined;
  } catch (error) {
    return String(error);
  }
})();
if (lacks !== undefined) console.warn(`NOT TESTED: codes of Debian's packages: ${lacks}`);

/** Makes a package of a tree, as Debian does, and an apt that has it. */
function makePackage(version: string, tree: string): void {
  const name = `linux-source-${version}`;
  const root = join(stub.folder, `root of ${version}`);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, 'DEBIAN'), { recursive: true });
  mkdirSync(join(root, 'usr/src'), { recursive: true });
  const control = `Package: ${name}\nVersion: ${version}.7-1\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n`;
  appendFileSync(join(root, 'DEBIAN/control'), control);
  const archive = join(root, 'usr/src', `${name}.tar.xz`);
  mkdirSync(join(tree, 'arch/s390/kvm'), { recursive: true });
  const tar = ['-cJf', archive, '--transform', `s/^[.]/${name}/`, '-C', tree, '.'];
  for (const [command, args] of [
    ['tar', tar],
    ['dpkg-deb', ['--build', root, join(pool, `${name}_${version}.7-1_all.deb`)]],
  ] as const) {
    expect(spawnSync(command, args, { encoding: 'utf8' })).toMatchObject({ status: 0 });
  }
  writeProgram(
    join(bin, 'apt-get'),
    `case "$*" in *indextargets*) printf 'http://mirror.example/debian/\\t%s\\n' bookworm sid;;
     *download*) for name; do :; done; cp '${pool}'/"\${name%%=*}"_*.deb .;; esac
     echo "$*" >>'${stub.folder}/apt.log'`,
  );
  writeProgram(
    join(bin, 'apt-cache'),
    `for name; do :; done; test -e '${pool}'/"$name"_* || exit 100
     printf 'Package: %s\\nVersion: ${version}.7-1\\nArchitecture: all\\n' "$name"`,
  );
}

const log = () => readFileSync(join(stub.folder, 'apt.log'), 'utf8');
const downloads = () =>
  log()
    .split('\n')
    .filter((line) => / download /.test(line)).length;
const build = (name: string) => buildKernel(name, { compiler: 'gcc' });

describe.skipIf(lacks !== undefined)("the code of Debian's package", () => {
  it('is built, and only what was read of the source is kept', async () => {
    makePackage('6.1', stub.tree('linux', { 'arch/s390/mm/fault.c': '' }));
    const { code } = await build('6.1');
    expect(code).toMatchObject({
      name: 'linux-6.1',
      kernel: 'linux-6.1',
      version: '6.1.7',
      from: 'linux-source-6.1 6.1.7-1, bookworm',
      command: 's390-gmap kernel build 6.1 --compiler gcc',
    });
    expect(code).not.toHaveProperty('tree');
    const kept = (readdirSync(join(code.folder, 'tree'), { recursive: true }) as string[]).sort();
    const isFile = (path: string) => /\.[ch]$/.test(path) || path === 'Makefile';
    // all but unread.h and fault.c
    expect(kept.filter(isFile)).toEqual(
      Object.keys(TREE)
        .filter((path) => !path.includes('unread'))
        .sort(),
    );
    expect(stub.cached().filter((path) => /\.deb$|^codes\/[^/]*$/.test(path))).toEqual([
      'codes/linux-6.1',
      'codes/linux-6.1.lock',
    ]);
    expect(requireCode('6.1')).toEqual(code);
    expect(await build('linux-6.1')).toEqual({ code, alreadyThere: true });
  });

  it('is built again from what was kept, and fetched again where that is not enough', async () => {
    makePackage('6.1', stub.tree('linux'));
    const { code } = await build('6.1');
    const before = downloads();
    const header = join(stub.folder, 'package/native/own-code/include/linux/types.h');
    const text = readFileSync(header, 'utf8');
    appendFileSync(header, '/* another one */\n');
    expect(() => requireCode('6.1')).toThrow(/types\.h is another one now\. Build it: s390-gmap kernel build 6\.1/);
    expect(await build('6.1')).toMatchObject({ alreadyThere: false, code: { addon: code.addon } });
    expect(downloads()).toBe(before);
    appendFileSync(header, '#include <linux/unread.h>\n');
    const again = (await build('6.1')).code;
    expect(downloads()).toBe(before + 1);
    expect(Object.keys(again.inputs)).toContain(join(code.folder, 'tree/include/linux/unread.h'));
    rmSync(header);
    appendFileSync(header, text);
  });

  it('uses what kernel install has downloaded, and keeps that', async () => {
    makePackage('6.1', stub.tree('linux'));
    mkdirSync(join(stub.cache, 'downloads'), { recursive: true });
    const [name = ''] = readdirSync(pool);
    copyFileSync(join(pool, name), join(stub.cache, 'downloads', name));
    await build('6.1');
    expect(existsSync(join(stub.cache, 'downloads', name))).toBe(true);
  });

  it('of a version that the catalogue does not know is looked for in the newest suites', async () => {
    const changes = { 'arch/s390/mm/gmap.c': undefined, 'arch/s390/kvm/gmap.c': '', 'arch/s390/kvm/dat.c': '' };
    makePackage('7.2', stub.tree('linux-7', { ...changes, Makefile: 'VERSION = 7\nPATCHLEVEL = 2\nSUBLEVEL = 7\n' }));
    await expect(build('7.2')).rejects.toMatchObject({
      code: 'ERR_CODE_TREE',
      message: expect.stringMatching(
        /^linux-source-7\.2 7\.2\.7-1, sid cannot be built: Linux 7\.2\.7 has no arch\/s390\/mm\/gmap\.c any more/,
      ),
    });
    expect(readdirSync(join(stub.cache, 'codes'))).toEqual(['linux-7.2.lock']);
  });

  it('cannot be had where no suite has it', async () => {
    makePackage('6.1', stub.tree('linux'));
    await expect(build('6.7')).rejects.toMatchObject({
      code: 'ERR_DOWNLOAD',
      message: expect.stringMatching(
        /sid on http:\/\/mirror\.example\/debian\/: does not have its packages\n(?:.|\n)*kernel build --source DIR --name NAME/,
      ),
    });
  });

  it('is not fetched any more when its signal says so, and nothing is left', async () => {
    makePackage('6.1', stub.tree('linux'));
    const pid = join(stub.folder, 'pid');
    writeProgram(
      join(bin, 'apt-get'),
      `case "$*" in *indextargets*) printf 'http://mirror.example/debian/\\tbookworm\\n';;
       *download*) echo part >part.deb; echo $$ >'${pid}'; exec sleep 600;; esac`,
    );
    const end = new AbortController();
    const ended = buildKernel('6.1', { compiler: 'gcc', signal: end.signal });
    await vi.waitFor(() => expect(existsSync(pid) && readFileSync(pid, 'utf8')).toMatch(/\d/), 20_000);
    end.abort();
    await expect(ended).rejects.toMatchObject({ code: 'ERR_CODE_STOPPED' });
    expect(await isGoneSoon(Number(readFileSync(pid, 'utf8')))).toBe(true);
    expect(stub.cached().filter((path) => /\.deb$|^codes\/[^/]*$/.test(path))).toEqual(['codes/linux-6.1.lock']);
  });

  it('cannot be unpacked where it has no source in it', async () => {
    makePackage('6.1', stub.tree('empty', { 'include/linux/list.h': undefined, 'include/linux/unread.h': undefined }));
    await expect(build('6.1')).rejects.toMatchObject({
      code: 'ERR_DOWNLOAD',
      message: expect.stringMatching(/^the package linux-source-6\.1 cannot be unpacked: .*\n(?:.|\n)*include/),
    });
    expect(readdirSync(join(stub.cache, 'codes'))).toEqual(['linux-6.1.lock']);
  });
});
