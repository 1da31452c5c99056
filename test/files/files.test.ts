// SPDX-License-Identifier: GPL-2.0-only
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { filesBelow } from '../../lib/files/below.js';
import { FileError } from '../../lib/files/file-error.js';
import { makeFolder, tryFolder } from '../../lib/files/folders.js';
import { readBytes, readOwnText, readText } from '../../lib/files/read.js';
import { replaceFile, writeFile } from '../../lib/files/write.js';
import { visible } from '../../lib/visible.js';
import { thrownBy } from '../machine/fixture.js';
import { hostileNames, oneOfEach } from './fixture.js';

const scratch = mkdtempSync(join(tmpdir(), 's390-gmap-files-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const at = (name: string) => join(scratch, name);

function problemOf(work: () => unknown): FileError {
  const error = thrownBy(work);
  expect(error).toBeInstanceOf(FileError);
  return error as FileError;
}

describe('visible', () => {
  it.each(Object.values(hostileNames))('%j is %j', (name, shown) => {
    expect(visible(name)).toBe(shown);
  });

  it('leaves everything else as it is, whole', () => {
    const name = `Grüße ${'long '.repeat(1000)} \\x1b 文 🙂`;
    expect(visible(name)).toBe(name);
    expect(visible('\u2028\ud800\u{e0001}')).toBe('\\u2028\\ud800\\u{e0001}');
  });
});

describe('reading', () => {
  it('says which file, and why not', () => {
    expect(problemOf(() => readText(at('nowhere')))).toMatchObject({
      message: `cannot read ${at('nowhere')}: no such file or directory`,
      code: 'ENOENT',
      path: at('nowhere'),
    });
    expect(problemOf(() => readText(scratch)).message).toBe(`cannot read ${scratch}: illegal operation on a directory`);
    expect(problemOf(() => readText('a\0b')).message).toContain('cannot read a\\x00b: ');
    writeFileSync(at('latin1'), Buffer.from([0xe9]));
    expect(problemOf(() => readText(at('latin1'))).message).toBe(`cannot read ${at('latin1')}: it is not UTF-8 text`);
  });

  it('tells a file that is too large from one that is not UTF-8', () => {
    writeFileSync(at('large'), '');
    truncateSync(at('large'), 600 << 20);
    for (const read of [readBytes, readText])
      expect(problemOf(() => read(at('large'))).message).toBe(`cannot read ${at('large')}: it is larger than 512 MiB`);
    rmSync(at('large'));
  });

  it('ends with a device that does not', () => {
    expect(problemOf(() => readBytes('/dev/zero')).message).toBe('cannot read /dev/zero: it is larger than 512 MiB');
  });

  it('reads pipes that are named, and files that say that they are empty', async () => {
    spawnSync('mkfifo', [at('pipe')]);
    spawn('sh', ['-c', 'printf "two words" > "$1"', 'sh', at('pipe')]);
    expect(readText(at('pipe'))).toBe('two words');
    expect(readText('/proc/self/comm')).not.toBe('');
  });

  it("a package's own file that is none is not there", () => {
    expect(readOwnText(at('pipe'))).toBeUndefined();
    expect(readOwnText(at('nowhere'))).toBeUndefined();
    expect(readOwnText(at('latin1'))).toBeUndefined();
  });
});

describe('filesBelow', () => {
  it('are regular files and links to them; others are named', async () => {
    const { folder, skipped: expected, close } = await oneOfEach(at('each'), '.trace', 'text\n');
    const { files, skipped } = filesBelow(folder, (name) => name.endsWith('.trace'));
    await close();
    expect(Object.fromEntries(skipped.map(({ path, what }) => [path, what]))).toEqual(expected);
    expect(files).toEqual([...files].sort());
    expect(files.map((file) => basename(file, '.trace')).sort()).toEqual(
      [
        ...['empty', 'forbidden', 'good', 'inner', 'link', 'nul', 'unreadable', 'utf16'],
        ...Object.values(hostileNames).map(([name]) => name),
      ].sort(),
    );
  });

  it('a folder that cannot be read is an error', () => {
    expect(problemOf(() => filesBelow(at('nowhere'))).message).toBe(
      `cannot read ${at('nowhere')}: no such file or directory`,
    );
  });
});

describe('makeFolder', () => {
  it('makes those above it, and answers what it made', () => {
    expect(makeFolder(at('a/b/c'))).toEqual([at('a'), at('a/b'), at('a/b/c')]);
    expect(makeFolder(at('a/b/c'))).toEqual([]);
    symlinkSync('b', at('a/link'));
    expect(makeFolder(at('a/link/d'))).toEqual([at('a/link/d')]);
  });

  // In a process of its own: what does not end must not take the tests with it.
  it('ends where nothing can be made', () => {
    const module = new URL('../../dist/files/folders.js', import.meta.url).href;
    const script = `import(${JSON.stringify(module)}).then(({ makeFolder }) => makeFolder('/proc/x/y')).catch((error) => console.log(error.message))`;
    const { stdout, signal } = spawnSync(process.execPath, ['-e', script], { timeout: 10_000, encoding: 'utf8' });
    expect({ stdout, signal }).toEqual({
      stdout: 'cannot make the folder /proc/x: no such file or directory\n',
      signal: null,
    });
  });

  it('says that there is a file', () => {
    writeFileSync(at('file'), '');
    expect(problemOf(() => makeFolder(at('file'))).message).toBe(
      `cannot make the folder ${at('file')}: there is a file of that name`,
    );
    expect(problemOf(() => makeFolder(at('file/below'))).message).toContain(`cannot make the folder ${at('file')}: `);
  });
});

describe('tryFolder', () => {
  it('leaves nothing of what was not there', () => {
    tryFolder(at('tried/below'));
    expect(existsSync(at('tried'))).toBe(false);
    mkdirSync(at('kept'));
    tryFolder(at('kept'));
    expect(readdirSync(at('kept'))).toEqual([]);
  });

  it('says that nothing can be written there', () => {
    expect(problemOf(() => tryFolder('/proc/self')).message).toMatch(/^cannot write into \/proc\/self: /);
    expect(problemOf(() => tryFolder('/dev/null/x')).message).toMatch(/^cannot make the folder \/dev\/null: /);
  });
});

describe('writing', () => {
  /** Runs code of dist/ with files of at most 512 bytes: more is an error, as on a disk that is full. */
  function withLimit(code: string): string {
    const module = new URL('../../dist/files/write.js', import.meta.url).href;
    const script = `const { writeFile, replaceFile } = await import(${JSON.stringify(module)});
      try { ${code} } catch (error) { console.log(error.message); }`;
    return spawnSync(
      'sh',
      ['-c', 'ulimit -f 1; exec "$@" | cat', 'sh', process.execPath, '--input-type=module', '-e', script],
      {
        encoding: 'utf8',
      },
    ).stdout;
  }

  it('removes what it could not write to the end, and says which file', () => {
    const file = at('part');
    expect(withLimit(`writeFile(${JSON.stringify(file)}, 'x'.repeat(10000))`)).toBe(
      `cannot write ${file}: file too large\n`,
    );
    expect(existsSync(file)).toBe(false);
  });

  it('replaceFile leaves the old file and no part', () => {
    mkdirSync(at('replaced'));
    const file = at('replaced/x');
    replaceFile(file, 'old');
    expect(withLimit(`replaceFile(${JSON.stringify(file)}, 'x'.repeat(10000))`)).toBe(
      `cannot write ${file}: file too large\n`,
    );
    expect(readdirSync(at('replaced'))).toEqual(['x']);
    expect(readFileSync(file, 'utf8')).toBe('old');
    replaceFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  it('writes to what is no file', () => {
    writeFile('/dev/null', 'text');
    expect(problemOf(() => writeFile('/dev/full', 'text')).message).toBe(
      'cannot write /dev/full: no space left on device',
    );
    expect(existsSync('/dev/full')).toBe(true);
  });
});
