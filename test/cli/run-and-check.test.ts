// SPDX-License-Identifier: GPL-2.0-only
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernels } from '../../lib/generated/abi.js';
import { recordings, traceText } from '../trace/recordings.js';
import { cli, recordingsDirectory, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();

function write(name: string, content: string): string {
  const file = join(scratch, name);
  writeFileSync(file, content);
  return file;
}

const program = traceText('# two of them', 'gmap_alloc(mm0, 0x0)', 'gmap_alloc(mm0, 0x0)', 'gmaps(mm0)');
const recording = traceText(
  '# kernel: linux-4.7',
  '# two of them',
  'gmap_alloc(mm0, 0x0) = g0',
  'gmap_alloc(mm0, 0x0) = g1',
  'gmaps(mm0) = [g1, g0]',
);

describe('s390-gmap run', () => {
  it('prints the recording of a program', async () => {
    expect(await cli(['run', write('two.trace', program)])).toMatchObject({ status: 0, stdout: recording, stderr: '' });
  });

  it('reads standard input', async () => {
    expect(await cli(['run', '-'], { input: program })).toMatchObject({ status: 0, stdout: recording });
  });

  it('prints what replays', async () => {
    for (const { path } of recordings.slice(0, 3)) {
      const again = write('again.trace', (await cli(['run', path])).stdout);
      expect((await cli(['replay', '--strict', again])).stdout).toContain('1 passed, 0 failed');
    }
  });

  it.each([
    ['nothing', traceText('fork(g0)'), '<stdin>:2:6: expected a handle such as mm0, found "g0"'],
    ['nothing', '', "<stdin>:1:1: expected '# gmap-trace 1', found the end of the line"],
    ['an unknown kernel', traceText('# kernel: x'), `-: unknown kernel "x"; the model knows ${kernels.join(', ')}`],
  ])('prints %s of a program that is none, but an error', async (_, input, message) => {
    expect(await cli(['run', '-'], { input })).toMatchObject({ status: 2, stdout: '', stderr: `error: ${message}\n` });
  });

  it('says that a file cannot be read', async () => {
    const nowhere = join(scratch, 'nowhere');
    expect(await cli(['run', nowhere])).toMatchObject({
      status: 2,
      stderr: `error: cannot read ${nowhere}: no such file or directory\n`,
    });
    expect(await cli(['run', scratch])).toMatchObject({
      status: 2,
      stderr: `error: cannot read ${scratch}: illegal operation on a directory\n`,
    });
    expect(await cli(['run', '-'], { input: new Uint8Array([0xff]) })).toMatchObject({
      status: 2,
      stderr: 'error: cannot read <stdin>: it is not UTF-8 text\n',
    });
  });
});

describe('s390-gmap check', () => {
  it('prints nothing when all is well', async () => {
    expect(await cli(['check', recordingsDirectory])).toMatchObject({ status: 0, stdout: '', stderr: '' });
  });

  it('prints each error with its place and has exit status 1', async () => {
    const one = write('one.trace', traceText('fork(mm0)', 'fork(g0)'));
    const two = write('two-lines.trace', '# gmap-trace 2\n');
    expect(await cli(['check', one, write('fine.trace', program), two])).toMatchObject({
      status: 1,
      stdout: `${one}:3:6: expected a handle such as mm0, found "g0"\n${two}:1:1: expected version 1 of the trace format, found version "2"\n`,
      stderr: '',
    });
  });

  it('says that a file cannot be read', async () => {
    expect(await cli(['check', 'nowhere'], { cwd: scratch })).toMatchObject({
      status: 2,
      stderr: 'error: cannot read nowhere: no such file or directory\n',
    });
  });
});
