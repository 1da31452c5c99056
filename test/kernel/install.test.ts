// SPDX-License-Identifier: GPL-2.0-only
/** What can be tested of installations without a network: everything that goes wrong. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { installKernel, installTree } from '../../lib/kernel/index.js';
import { AptSuite } from '../../lib/kernel/install/apt.js';
import { catalogue } from '../../lib/kernel/install/catalogue.js';
import { forbiddenOptions, neededOptions } from '../../lib/kernel/install/config.js';
import { findPackages } from '../../lib/kernel/install/debian.js';
import { copySources } from '../../lib/kernel/install/harness-sources.js';
import { qemuPackage } from '../../lib/kernel/install/host.js';
import { isMirror, parseMirrors } from '../../lib/kernel/install/mirrors.js';
import { requireTools } from '../../lib/kernel/install/tools.js';
import { openTree } from '../../lib/kernel/install/tree.js';
import { printManifest } from '../../lib/kernel/manifest.js';
import { writeProgram } from './fixture.js';

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-install-'));
const bin = join(folder, 'bin');
mkdirSync(bin);
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => vi.stubEnv('S390_GMAP_CACHE', join(folder, 'cache')));
afterEach(() => vi.unstubAllEnvs());

const entry = catalogue.find(({ name }) => name === '6.1') ?? catalogue[0];
if (!entry) throw new Error('the catalogue is empty');

/** An apt that does what the scripts say. */
function fakeApt(get: string, cache: string): void {
  writeProgram(join(bin, 'apt-get'), get);
  writeProgram(join(bin, 'apt-cache'), cache);
  vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
}

describe('requireTools', () => {
  it('names all that is missing at once, with its package, and how to install it', () => {
    vi.stubEnv('PATH', bin);
    const tools = [
      { name: 'no-such-make', package: 'make' },
      { name: 'no-such-gcc', package: 'gcc-s390x-linux-gnu' },
      { name: '/no/such/file', package: 'make' },
      { name: '/', package: 'base' },
    ];
    expect(() => requireTools(tools)).toThrow(
      /^needed, but not there:\n {2}no-such-make {3}in the package make\n {2}no-such-gcc {4}in the package gcc-s390x-linux-gnu\n {2}\/no\/such\/file {2}in the package make\ninstall with: (?:sudo )?apt-get install make gcc-s390x-linux-gnu$/,
    );
  });

  it('an installation needs them before anything else', async () => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(installKernel('6.1')).rejects.toMatchObject({
      code: 'ERR_TOOLS_MISSING',
      message: expect.stringMatching(/make .*\n(?:.|\n)*cpio(?:.|\n)*qemu-system-s390x/),
    });
  });

  it('QEMU is in another package on older systems', () => {
    const system = (id: string, version: string) =>
      qemuPackage(
        new Map([
          ['ID', id],
          ['VERSION_ID', version],
        ]),
      );
    expect(system('debian', '12')).toBe('qemu-system-misc');
    expect(system('debian', '13')).toBe('qemu-system-s390x');
    expect(system('ubuntu', '24.04')).toBe('qemu-system-misc');
    expect(qemuPackage(new Map([['ID', 'debian']]))).toBe('qemu-system-s390x');
  });
});

describe('parseMirrors', () => {
  it("takes Debian's suites and leaves others alone", () => {
    const text = [
      'http://mirror.example/debian/\tbookworm',
      'http://mirror.example/debian/\tbookworm-updates',
      'http://updates.example/debian-security/\tbookworm-security',
      'http://other.example/repository/\tnodistro',
      'http://other.example/apt/\tcloud-sdk-bookworm',
      '',
    ].join('\n');
    expect(parseMirrors(text)).toEqual([
      { uri: 'http://mirror.example/debian/', security: false },
      { uri: 'http://updates.example/debian-security/', security: true },
    ]);
  });
});

describe('a mirror', () => {
  it.each([
    'http://mirror.example/debian',
    'https://user:word@mirror.example:8443/debian/',
    'http://[::1]/debian',
    'file:///srv/debian',
  ])('may be %s', (mirror) => expect(isMirror(mirror)).toBe(true));

  it.each([
    'http://127.0.0.1:9/x bookworm main\ndeb [trusted=yes] http://127.0.0.1:9/other ./\n#',
    'http://mirror.example/ debian',
    'http://mirror.example/%0adebian',
    'http://mirror.example/%20debian',
    'http://mirror.example/\u00a0debian',
    'http://mirror.example/#debian',
    "http://mirror.example/'debian",
    'http://mirror.example/\u202edebian',
    'ftp://mirror.example/debian',
    'mirror.example/debian',
    'copy:/srv/debian',
    'http://',
    '',
  ])('is not %j', async (mirror) => {
    vi.stubEnv('PATH', '/nowhere');
    await expect(installKernel('6.1', { mirror })).rejects.toThrow(RangeError);
    await expect(installKernel('6.1', { mirror })).rejects.toThrow(/^installKernel: mirror must be the http, https or/);
  });

  it('is a string', async () => {
    await expect(installKernel('6.1', { mirror: new URL('http://x') as unknown as string })).rejects.toThrow(TypeError);
  });

  it("that the machine's own configuration has must be one word too", () => {
    expect(() => new AptSuite('mirror+file:/etc/apt/mirrors\tx', { name: 'bookworm' })).toThrow(
      'cannot be the address of a mirror',
    );
  });
});

describe('findPackages', () => {
  const find = () => findPackages(entry, undefined, () => {});

  it('says that there is no Debian mirror', async () => {
    fakeApt('true', 'true');
    await expect(find()).rejects.toMatchObject({
      code: 'ERR_DOWNLOAD',
      message: expect.stringMatching(
        /no Debian mirror in this machine's apt configuration\n(?:.|\n)*--mirror URI(?:.|\n)*--tree DIR/,
      ),
    });
  });

  it('says what was tried, and why it did not work', async () => {
    fakeApt(
      `case "$*" in *indextargets*) printf 'http://mirror.example/debian/\\tbookworm\\n';;
       *) echo "E: The repository 'http://mirror.example/debian bookworm Release' does not have a Release file." >&2; exit 100;; esac`,
      'true',
    );
    await expect(find()).rejects.toMatchObject({
      code: 'ERR_DOWNLOAD',
      message: expect.stringContaining(
        "  bookworm on http://mirror.example/debian/: The repository 'http://mirror.example/debian bookworm Release' does not have a Release file.",
      ),
    });
  });

  describe('where the release file is out of date', () => {
    const show = `for name; do :; done; echo "Package: \${name%:*}"; echo 'Version: 1'; echo 'Architecture: s390x'
      case $name in linux-headers-*-s390x) echo 'Depends: linux-headers-1-common, linux-kbuild-1';; esac`;
    const expired =
      'E: Release file for http://mirror.example/ is expired (invalid since 3d 4h). Updates will not be applied.';
    /** An apt that has the packages in lists from an earlier time, and a mirror that is held back. */
    const heldBack = () =>
      fakeApt(
        `case "$*" in *indextargets*) printf 'http://mirror.example/debian/\\t%s\\n' bookworm bullseye;;
         *Check-Valid-Until=true*) echo 'W: something else' >&2; echo '${expired}' >&2; exit 100;; esac`,
        `case "$*" in *pkgnames*) echo linux-image-6.1.0-50-s390x;; *) ${show};; esac`,
      );

    it('a suite that lives is refused, whatever earlier lists have', async () => {
      heldBack();
      await expect(find()).rejects.toMatchObject({
        code: 'ERR_DOWNLOAD',
        message: expect.stringContaining('is expired (invalid since 3d 4h)'),
      });
    });

    it('one that is archived is taken', async () => {
      heldBack();
      const archived = {
        ...entry,
        from: 'source',
        name: '5.10',
        suites: [{ name: 'bullseye', archived: true }],
      } as const;
      const { packages } = await findPackages(archived, undefined, () => {});
      expect(packages.map(({ name }) => name)).toEqual(['linux-source-5.10']);
    });

    it('the catalogue says which are', () => {
      const suites = catalogue.flatMap((kernel) => kernel.suites);
      expect(suites.filter(({ archived }) => archived).map(({ name }) => name)).toEqual([
        'bullseye-security',
        'bullseye',
      ]);
    });
  });

  it('says that the suite no longer has the packages', async () => {
    fakeApt(`printf 'http://mirror.example/debian/\\tbookworm\\n'`, 'true');
    await expect(find()).rejects.toThrow('bookworm on http://mirror.example/debian/: does not have its packages');
  });

  it('takes the newest kernel, and what its headers depend on', async () => {
    const show = `for name; do :; done
      case $name in
      linux-headers-6.1.0-50-s390x) depends='linux-headers-6.1.0-50-common (= 6.1.176-1), linux-kbuild-6.1 (>= 6.1)';;
      linux-kbuild-6.1:*) depends='libc6 (>= 2.5)'; arch=\${name#*:};;
      esac
      echo "Package: \${name%:*}"; echo 'Version: 6.1.176-1'; echo "Architecture: \${arch:-s390x}"; echo "Depends: $depends"`;
    fakeApt(
      `printf 'http://mirror.example/debian/\\tbookworm\\n'`,
      `case "$*" in *pkgnames*) printf '%s\\n' linux-image-6.1.0-9-s390x linux-image-6.1.0-50-s390x linux-image-6.1.0-50-s390x-dbg \\
       linux-image-6.12.1+deb13-s390x linux-image-s390x;; *) ${show};; esac`,
    );
    const { packages, release, version } = await find();
    expect({ release, version }).toEqual({ release: '6.1.0-50-s390x', version: '6.1.176-1' });
    expect(packages.map(({ name }) => name)).toEqual([
      'linux-image-6.1.0-50-s390x',
      'linux-headers-6.1.0-50-s390x',
      'linux-headers-6.1.0-50-common',
      'linux-kbuild-6.1',
    ]);
  });
});

describe('copySources', () => {
  it.each(['module', 'init'] as const)('puts all files of %s where their includes look for them', (part) => {
    const copy = copySources(part, join(folder, part));
    const files = (readdirSync(copy, { recursive: true }) as string[]).filter((name) => /\.(?:[chS]|def)$/.test(name));
    const missing = files.flatMap((file) =>
      [...readFileSync(join(copy, file), 'utf8').matchAll(/^#include "(.*)"/gm)]
        .map(([, name = '']) => name)
        .filter((name) => ![join(copy, file, '..', name), join(copy, name)].some((path) => existsSync(path)))
        .map((name) => `${file}: ${name}`),
    );
    expect(files).toContain('abi/wire.h');
    expect(missing).toEqual([]);
  });
});

describe('openTree', () => {
  const tree = join(folder, 'tree');
  const write = (name: string, text = '') => {
    mkdirSync(join(tree, name, '..'), { recursive: true });
    writeFileSync(join(tree, name), text);
  };

  /** The lines of a .config in which these options have these values; others are off. */
  const configOf = (options: Readonly<Record<string, string>>) =>
    [
      'CONFIG_S390=y',
      ...Object.entries(options).map(([name, value]) =>
        value === 'n' ? `# CONFIG_${name} is not set` : `CONFIG_${name}=${value}`,
      ),
    ].join('\n');
  const all = Object.fromEntries(neededOptions.map(({ name }) => [name, 'y']));
  const tryConfig = (changes: Readonly<Record<string, string>>) => {
    write('.config', configOf({ ...all, ...changes }));
    return () => openTree(tree);
  };

  it('says step by step what is wrong with a folder', () => {
    const steps: [string, () => void][] = [
      ['there is no such folder', () => mkdirSync(tree)],
      ['it has no Makefile, .config, Module.symvers', () => write('Makefile')],
      [
        'it has no .config, Module.symvers, include/generated/autoconf.h',
        () => {
          for (const name of ['.config', 'Module.symvers', 'include/generated/autoconf.h']) write(name);
        },
      ],
      ['not configured for s390', () => write('.config', 'CONFIG_S390=y\nCONFIG_MODULES=y\n')],
      ['its configuration is not what the guest needs', () => write('.config', configOf(all))],
      ['Build one: make bzImage', () => write('arch/s390/boot/bzImage')],
    ];
    for (const [problem, mend] of steps) {
      expect(() => openTree(tree)).toThrow(problem);
      mend();
    }
    write('include/config/kernel.release', '4.7.4+\n');
    expect(openTree(tree)).toEqual({ release: '4.7.4+', image: join(tree, 'arch/s390/boot/bzImage') });
  });

  it.each(neededOptions)('names CONFIG_$name when it is missing', ({ name, module, why }) => {
    const problem = tryConfig({ [name]: 'n' });
    expect(problem).toThrow(
      new RegExp(
        `not what the guest needs:\n  CONFIG_${name}=y${module ? ' or m' : ''}  ${why}\nIn the kernel's source` +
          `[^\n]*\n  scripts/config --file ${tree}/\\.config -e ${name}\n  make ARCH=s390 .* olddefconfig bzImage modules\n`,
      ),
    );
  });

  it('names all at once, and those that must be off', () => {
    const problem = tryConfig({ ZRAM: 'n', SCLP_VT220_CONSOLE: 'n', MODULE_SIG_FORCE: 'y' });
    expect(problem).toThrow(
      /CONFIG_SCLP_VT220_CONSOLE=y .*\n {2}CONFIG_ZRAM=y or m .*\n {2}CONFIG_MODULE_SIG_FORCE off /,
    );
    expect(problem).toThrow('-e SCLP_VT220_CONSOLE -e ZRAM -d MODULE_SIG_FORCE');
    expect(tryConfig({ TRIM_UNUSED_KSYMS: 'y' })).toThrow('CONFIG_TRIM_UNUSED_KSYMS off');
    expect(tryConfig({ KASAN: 'y', MODULE_SIG_FORCE: 'n' })).not.toThrow();
  });

  it('takes modules for two of them, if they are built', () => {
    const problem = tryConfig({ ZRAM: 'm', VIRTIO_CONSOLE: 'm' });
    expect(problem).toThrow(
      'it has no drivers/char/virtio_console.ko (CONFIG_VIRTIO_CONSOLE=m), drivers/block/zram/zram.ko (CONFIG_ZRAM=m). Build',
    );
    write('drivers/char/virtio_console.ko');
    expect(problem).toThrow('it has no drivers/block/zram/zram.ko (CONFIG_ZRAM=m). Build its modules: make');
    write('drivers/block/zram/zram.ko');
    expect(problem).not.toThrow();
    // what cannot be loaded later is missing as a module
    expect(tryConfig({ SCLP_VT220_CONSOLE: 'm' })).toThrow('CONFIG_SCLP_VT220_CONSOLE=y');
    tryConfig({});
  });

  it('needs what docs/comparing.md says', () => {
    const docs = readFileSync(new URL('../../docs/comparing.md', import.meta.url), 'utf8');
    const rows = [...docs.matchAll(/^\| `CONFIG_(\w+)=(y|y or m|n)` \| (.*) \|$/gm)].map((row) => row.slice(1));
    expect(rows).toEqual([
      ...neededOptions.map(({ name, module, why }) => [name, module ? 'y or m' : 'y', why]),
      ...forbiddenOptions.map(({ name, why }) => [name, 'n', why]),
    ]);
  });

  it('a tree does not take the name of another kernel', async () => {
    const other = join(folder, 'cache', 'kernels', '4.7');
    mkdirSync(other, { recursive: true });
    const paths = { folder: other, image: 'image', initrd: 'initrd', build: 'build', modules: [] };
    const kernel = { name: '4.7', kernel: 'linux-4.7', release: '4.7.4', version: '4.7.4', harness: 'h' };
    writeFileSync(
      join(other, 'kernel.json'),
      printManifest({ ...kernel, ...paths, origin: 'tree', from: 'elsewhere' }),
    );
    await expect(installTree(tree)).rejects.toMatchObject({
      code: 'ERR_FOLDER',
      message: expect.stringMatching(/a kernel 4.7 already, from elsewhere\. .*--name.*kernel remove 4\.7/),
    });
  });
});
