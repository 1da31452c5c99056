// SPDX-License-Identifier: GPL-2.0-only
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernels } from '../../lib/generated/abi.js';
import type { ReplayJson } from '../../lib/json/index.js';
import { recordings, traceText } from '../trace/recordings.js';
import { cli, cliOnTerminal, cliProcess, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();
const ESC = '\u001b';

function write(name: string, content: string | Uint8Array): string {
  const file = join(scratch, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, content);
  return file;
}

const good = write('good/a.trace', traceText('fork(mm0) = 0'));
write('good/deep/er/b.trace', traceText('fork(mm0) = 0', 'exit(mm0)'));
write('good/notes.txt', 'no trace');
const bad = write(
  'bad.trace',
  traceText('# kernel: linux-4.7', 'observe(1)', '  + lowcore none', '# now', 'gmap_alloc(mm0, 0x0)'),
);
const lastLine = (text: string) => text.trimEnd().split('\n').at(-1);

describe('s390-gmap replay', () => {
  // All of them are replayed by test/recordings.test.ts.
  it('passes the recordings below a directory', async () => {
    const some = recordings.filter(({ name }) => /^linux-4\.7\/[ab]_/.test(name));
    const folder = join(scratch, 'recordings');
    mkdirSync(folder);
    for (const { name, text } of some) writeFileSync(join(folder, basename(name)), text);
    const { status, stdout, stderr } = await cli(['replay', folder]);
    expect(stderr).toBe('');
    expect(some.length).toBeGreaterThan(10);
    expect(lastLine(stdout)).toBe(`${some.length} passed, 0 failed`);
    expect(stdout.split('\n')).toHaveLength(some.length + 2);
    expect(status).toBe(0);
  });

  it('leaves a recording where it needs a built code, if all is as recorded up to there', async () => {
    const lines = [
      '# kernel: linux-6.1',
      'gmap_create(mm0, 0x0) = g0',
      'gmap_shadow_valid(g0, 0x0, 0) = 0',
      'fork(mm0) = 0',
    ];
    const shadow = write('shadow.trace', traceText(...lines));
    const wrong = write('wrong-shadow.trace', traceText('fork(mm0) = -ENOMEM', ...lines.slice(1)));
    const skipped = `skip  ${shadow} (gmap_shadow_valid needs a built code)`;
    const { status, stdout } = await cli(['replay', 'good', shadow], { cwd: scratch });
    expect({ status, last: stdout.trimEnd().split('\n').slice(-3) }).toEqual({
      status: 0,
      last: [skipped, 'not replayed to the end: 1 recording, for want of a built code (--code)', '2 passed, 0 failed'],
    });
    expect(await cli(['replay', shadow])).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('0 passed, 0 failed'),
    });
    expect(await cli(['replay', wrong])).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('0 passed, 1 failed'),
    });
    const { files } = JSON.parse((await cli(['replay', shadow, '--json'])).stdout);
    expect(files).toMatchObject([{ passed: false, difference: null, error: null, needsCode: 'gmap_shadow_valid' }]);
  });

  it('finds *.trace files at any depth, in order; takes files whatever their name', async () => {
    const other = write('program.txt', traceText('fork(mm0) = 0'));
    const { status, stdout } = await cli(['replay', 'good', other], { cwd: scratch });
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: [
        `pass  ${join('good', 'a.trace')} (1 call)`,
        `pass  ${join('good', 'deep', 'er', 'b.trace')} (2 calls)`,
        `pass  ${other} (1 call)`,
        '3 passed, 0 failed\n',
      ].join('\n'),
    });
  });

  it('shows the first difference with three lines before it, expected against got', async () => {
    const text = traceText(
      'observe(1)',
      '  + lowcore none',
      'gmap_alloc(mm0, 0x7fffffff) = g0',
      '  + gmap g0 asce=0x1c3 end=0x7fffffff tables=1',
      '# the limit is rounded up',
      'gmap_alloc(mm0, 0x80000000) = g1',
      '  + gmap g1 asce=0x1c3 end=0x7fffffff tables=1',
    );
    const { status, stdout } = await cli(['replay', write('limit.trace', text), good], { cwd: scratch });
    expect(status).toBe(1);
    expect(stdout.split('\n')).toEqual([
      `FAIL  ${join(scratch, 'limit.trace')}:7: another state`,
      '      gmap_alloc(mm0, 0x7fffffff) = g0',
      '        + gmap g0 asce=0x1c3 end=0x7fffffff tables=1',
      '      # the limit is rounded up',
      '    > gmap_alloc(mm0, 0x80000000) = g1',
      '      expected  gmap g1 asce=0x1c3 end=0x7fffffff tables=1',
      '      got       gmap g1 asce=0x1c7 end=0x3ffffffffff tables=1',
      `pass  ${good} (1 call)`,
      '1 passed, 1 failed',
      '',
    ]);
  });

  it('has exit status 1 and goes on when a file is no trace, has an unknown kernel or cannot be read', async () => {
    const syntax = write('syntax.trace', traceText('fork(g0)'));
    const kernel = write('kernel.trace', traceText('# kernel: linux-2.4', 'fork(mm0) = 0'));
    const binary = write('binary.trace', new Uint8Array([0x23, 0xff, 0xfe]));
    const unreadable = join(scratch, 'links', 'unreadable.trace');
    mkdirSync(join(scratch, 'links'));
    symlinkSync('/proc/self/mem', unreadable);
    const { status, stdout, stderr } = await cli(['replay', syntax, kernel, binary, join(scratch, 'links'), good]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      `FAIL  ${syntax}:2:6: expected a handle such as mm0, found "g0"`,
      `FAIL  ${kernel}: unknown kernel "linux-2.4"; the model knows ${kernels.join(', ')}`,
      `FAIL  cannot read ${binary}: it is not UTF-8 text`,
      `FAIL  cannot read ${unreadable}: i/o error`,
      `pass  ${good} (1 call)`,
      '1 passed, 4 failed',
      '',
    ]);
  });

  it('says of a program that it is none: its results are missing', async () => {
    const program = write(
      'program.trace',
      traceText('s390_enable_sie(mm0)', 'gmap_alloc(mm0, 0x0) = g0', 'gmap_free(g0)'),
    );
    const void_ = write('void.trace', traceText('gmap_alloc(mm0, 0x0) = g0', 'gmap_enable(g0)'));
    const { status, stdout } = await cli(['replay', program, void_]);
    expect(status).toBe(1);
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      `FAIL  ${program}: this is a program, not a recording: use run`,
      `pass  ${void_} (2 calls)`,
      '1 passed, 1 failed',
    ]);
  });

  it('reads folders as Node before 20.12 names what is in them', () => {
    const older = write(
      'older.cjs',
      `const fs = require('node:fs');
       const { readdirSync } = fs;
       fs.readdirSync = (...args) => readdirSync(...args).map((entry) => {
         if (typeof entry === 'object') Object.defineProperties(entry, { path: { value: entry.parentPath }, parentPath: { value: undefined } });
         return entry;
       });
       require('node:module').syncBuiltinESMExports();`,
    );
    const folder = join(scratch, 'folder');
    mkdirSync(join(folder, 'deep'), { recursive: true });
    writeFileSync(join(folder, 'deep', 'one.trace'), traceText('fork(mm0) = 0'));
    expect(cliProcess(['replay', folder], { env: { NODE_OPTIONS: `--require ${older}` } })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it('refuses a path that does not exist, and directories without traces', async () => {
    expect(await cli(['replay', good, 'nowhere'], { cwd: scratch })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'error: cannot read nowhere: no such file or directory\n',
    });
    mkdirSync(join(scratch, 'empty'));
    expect(await cli(['replay', 'empty'], { cwd: scratch })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'error: no *.trace files in empty\n',
    });
  });

  it('--json prints one document', async () => {
    const syntax = write('json.trace', traceText('fork(g0)'));
    const { status, stdout, stderr } = await cli(['replay', '--json', good, bad, syntax]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      passed: 1,
      failed: 2,
      files: [
        { file: good, passed: true, calls: 1, kernel: 'linux-4.7', difference: null, error: null },
        {
          file: bad,
          passed: false,
          calls: 2,
          kernel: 'linux-4.7',
          difference: {
            what: 'result',
            expected: null,
            got: 'g0',
            call: 'gmap_alloc(mm0, 0x0)',
            line: 6,
            context: ['observe(1)', '  + lowcore none', '# now'],
          },
          error: null,
        },
        {
          file: syntax,
          passed: false,
          calls: 0,
          kernel: null,
          difference: null,
          error: `${syntax}:2:6: expected a handle such as mm0, found "g0"`,
        },
      ],
    });
  });

  it('--json says which kernel the model was', async () => {
    const later = write('later.trace', traceText('# kernel: linux-6.12', 'fork(mm0) = 0'));
    const kernels = async (...args: string[]) => {
      const { files } = JSON.parse((await cli(['replay', '--json', good, later, ...args])).stdout) as ReplayJson;
      return files.map(({ kernel }) => kernel);
    };
    expect(await kernels()).toEqual(['linux-4.7', 'linux-6.12']);
    expect(await kernels('--kernel', '6.1')).toEqual(['linux-6.1', 'linux-6.1']);
  });

  it('--strict compares reference and change bits too', async () => {
    const recorded = (
      await cli([
        'run',
        write(
          'key.trace',
          traceText(
            'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0)',
            's390_enable_sie(mm0)',
            'set_guest_storage_key(mm0, 0x10000000000, 0x30, 0)',
            'get_guest_storage_key(mm0, 0x10000000000)',
          ),
        ),
      ])
    ).stdout;
    expect(recorded).toMatch(/= 0x3[0-9a-f]\n$/);
    const other = recorded.replace(
      /0x3([0-9a-f])\n$/,
      (_, digit) => `0x3${(Number.parseInt(digit, 16) ^ 6).toString(16)}\n`,
    );
    const file = write('strict.trace', other);
    expect(await cli(['replay', file])).toMatchObject({ status: 0 });
    expect(await cli(['replay', '--strict', file])).toMatchObject({ status: 1 });
  });

  it('compares them too where the header says so, also of a trace that is read in pieces', async () => {
    const calls = [
      's390_enable_sie(mm0) = 0',
      'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0) = 0',
      'store(mm0, 0x10000000000, 0x1) = 0',
      's390_enable_skey(mm0) = 0',
      'set_guest_storage_key(mm0, 0x10000000000, 0x34, 0) = 0',
      'get_guest_storage_key(mm0, 0x10000000000) = 0x36',
    ];
    // More bytes than are kept of a trace, and more items than are executed at once.
    const comments = new Array<string>(3000).fill(`# ${'x'.repeat(100)}`);
    const replayed = (name: string, ...lines: readonly string[]) =>
      cli(['replay', write(name, traceText('# kernel: linux-6.12', ...lines))]);
    for (const [name, between] of [
      ['small', []],
      ['large', comments],
    ] as const) {
      expect(await replayed(`${name}.trace`, ...between, ...calls)).toMatchObject({ status: 0 });
      const { status, stdout } = await replayed(`${name}-strict.trace`, '# strict: 1', ...between, ...calls);
      expect({ status, stdout }).toMatchObject({ status: 1, stdout: expect.stringContaining('got       0x34') });
    }
  });

  it('--kernel goes before the kernel of the header', async () => {
    const file = write('other-kernel.trace', traceText('# kernel: linux-2.4', 'fork(mm0) = 0'));
    expect((await cli(['replay', file])).status).toBe(1);
    expect((await cli(['replay', '--kernel', 'linux-4.7', file])).status).toBe(0);
    expect(await cli(['replay', '--kernel', 'linux-2.4', file])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `error: unknown kernel "linux-2.4"; the model knows ${kernels.join(', ')}\n`,
    });
  });

  it('is plain in a pipe, also where CI is set', () => {
    expect(cliProcess(['replay', good, bad], { env: { CI: '1' } }).stdout).not.toContain(ESC);
  });

  it('has colours and a progress bar on a terminal', () => {
    const { status, stdout } = cliOnTerminal(['replay', good, bad]);
    expect(status).toBe(1);
    expect(stdout).toContain(`${ESC}[32mpass${ESC}[39m`);
    expect(stdout).toMatch(/[█░]+ 0\/2/);
    expect(lastLine(stdout)).toBe('1 passed, 1 failed');
  });

  it('has colours, or none, where that is asked for', () => {
    expect(cliProcess(['replay', good, '--color']).stdout).toContain(`${ESC}[32mpass`);
    expect(cliProcess(['--color', 'replay', good]).stdout).toContain(`${ESC}[32mpass`);
    expect(cliProcess(['replay', good, '--color'], { env: { NO_COLOR: '1' } }).stdout).not.toContain(ESC);
    expect(cliOnTerminal(['replay', good, '--no-color']).stdout).not.toContain(`${ESC}[32m`);
  });

  it('has no colours on a terminal with NO_COLOR', () => {
    const { stdout } = cliOnTerminal(['replay', good, bad], { env: { NO_COLOR: '1' } });
    expect(stdout).not.toContain(`${ESC}[3`);
    expect(stdout).toContain(`pass  ${good}`);
  });

  it('--json prints nothing but the document on standard output, with a progress bar on standard error', () => {
    const file = join(scratch, 'out.json');
    const { stdout: terminal } = cliOnTerminal(['replay', '--json', good], { stdoutTo: file });
    expect(terminal).toMatch(/[█░]+ 0\/1/);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ passed: 1, failed: 0 });
  });
});
