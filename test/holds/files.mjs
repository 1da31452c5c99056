// SPDX-License-Identifier: GPL-2.0-only
/** Files, folders, locks, signals, mirrors and the command line: each mend, undone, and the test that fails then. */
export const holds = [
  {
    finding: 'hostile 1.3',
    what: 'a manifest that is not understood is a kernel that is not there',
    file: 'lib/kernel/manifest.ts',
    from: 'if (!TEXTS.every((key) => isText(values[key]))) return undefined;',
    to: '',
    test: 'test/kernel/cache.test.ts',
  },
  {
    finding: 'hostile 1.3',
    what: 'a manifest that is no JSON is none',
    file: 'lib/kernel/manifest.ts',
    from: `  } catch {
    return undefined;
  }`,
    to: `  } catch (error) {
    throw error;
  }`,
    test: 'test/kernel/cache.test.ts',
  },
  {
    finding: 'hostile 1.5',
    what: 'below a folder only regular files and links to them are files',
    file: 'lib/files/below.ts',
    from: 'const what = whatElse(path, entry);',
    to: 'const what = undefined as string | undefined;',
    test: 'test/files/files.test.ts',
  },
  {
    finding: 'hostile 1.6',
    what: 'makeFolder ends below /proc',
    file: 'lib/files/folders.ts',
    from: '      mkdirSync(folder);',
    to: '      mkdirSync(folder, { recursive: true });',
    test: 'test/files/files.test.ts',
    name: 'ends where nothing can be made',
  },
  {
    finding: 'scale 7',
    what: 'a file above 512 MiB is too large, not something else than UTF-8',
    file: 'lib/files/read.ts',
    from: '      if (status.size > MOST) throw tooLarge(path);\n',
    to: '',
    test: 'test/files/files.test.ts',
    name: 'tells a file that is too large',
  },
  {
    finding: 'hostile 1.14',
    what: 'a file that could not be written to its end is removed',
    file: 'lib/files/write.ts',
    from: '      if (isNew) rmSync(path, { force: true });\n',
    to: '',
    test: 'test/files/files.test.ts',
  },
  {
    finding: 'hostile 1.14',
    what: 'the part of a file that could not be written is removed',
    file: 'lib/files/write.ts',
    from: '      rmSync(part, { force: true });\n',
    to: '',
    test: 'test/files/files.test.ts',
  },
  {
    finding: 'hostile 1.14',
    what: 'control characters and those that turn the direction are written out',
    file: 'lib/visible.ts',
    from: '/[\\p{C}\\p{Zl}\\p{Zp}]/gu',
    to: '/[\\0]/gu',
    test: 'test/files/files.test.ts',
    name: 'visible',
  },
  {
    finding: 'hostile 2',
    what: 'the lock is one of the system',
    file: 'lib/files/lock.ts',
    from: "['-n', '-E', String(TAKEN), '3']",
    to: "['--version']",
    test: 'test/kernel/cache.test.ts',
    name: 'withLock',
  },
];
