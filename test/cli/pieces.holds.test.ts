// SPDX-License-Identifier: GPL-2.0-only
/** Traces that are larger than what a process may have in memory. */
import { once } from 'node:events';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TraceReader } from '../../lib/cli/trace/trace-reader.js';
import { parseTrace } from '../../lib/trace/parse.js';
import { printPieces } from '../../lib/trace/print.js';
import type { TraceItem } from '../../lib/trace/types.js';
import { recordings, traceText } from '../trace/recordings.js';
import { cli, cliProcess, scratchDirectory, shell, startCli } from './cli.js';

const scratch = scratchDirectory();

function write(name: string, content: string): string {
  const file = join(scratch, name);
  writeFileSync(file, content);
  return file;
}

const HOST = 0x10000000000;

/** A program that makes many calls, while the machine's state stays small. */
function longProgram(calls: number): string[] {
  const lines = [
    's390_enable_sie(mm0)',
    'observe(1)',
    'gmap_alloc(mm0, 0x7fffffff) = g0',
    `mmap(mm0, 0x${HOST.toString(16)}, 0x400000, 0x3, 0)`,
    `gmap_map_segment(g0, 0x${HOST.toString(16)}, 0x0, 0x400000)`,
  ];
  for (let i = 0; lines.length < calls; i++) {
    const gaddr = `0x${((i * 0x1000) % 0x400000).toString(16)}`;
    lines.push(`gmap_fault(g0, ${gaddr}, 0x1)`, `gmap_translate(g0, ${gaddr})`, `gmap_discard(g0, 0x0, ${gaddr})`);
    if (i % 16 === 0) lines.push('gmap_unmap_segment(g0, 0x0, 0x100000)');
    if (i % 16 === 8) lines.push(`gmap_map_segment(g0, 0x${HOST.toString(16)}, 0x0, 0x100000)`);
  }
  return lines.slice(0, calls);
}

/** More than what is kept of a trace, and several times the piece that is executed at once. */
const SEVERAL_PIECES = 12_000;

describe('a trace of 25,000 calls', () => {
  // Whole, it takes more than 40 MB of heap.
  const env = { NODE_OPTIONS: '--max-old-space-size=20' };
  const program = write('long.trace', traceText(longProgram(25_000).join('\n')));

  it('is checked, run, and replayed with a small heap', { timeout: 300_000 }, () => {
    expect(cliProcess(['check', program], { env })).toMatchObject({ status: 0, stdout: '', stderr: '' });
    const recording = join(scratch, 'recording.trace');
    expect(shell(`NODE_OPTIONS=${env.NODE_OPTIONS} $CLI run - < ${program} > ${recording}`)).toMatchObject({
      status: 0,
      stderr: '',
    });
    const { status, stdout } = cliProcess(['replay', '--json', recording], { env });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ passed: 1, failed: 0, files: [{ file: recording, calls: 25_000 }] });
  });
});

describe('a trace in several pieces', () => {
  const lines = longProgram(SEVERAL_PIECES);

  it('did not run at all if the error is in its last line', async () => {
    const file = write('last-line.trace', traceText(...[lines.join('\n'), 'fork(g0)']));
    const message = `${SEVERAL_PIECES + 2}:6: expected a handle such as mm0, found "g0"`;
    expect(await cli(['run', file])).toMatchObject({ status: 2, stdout: '', stderr: `error: ${file}:${message}\n` });
    const fromStdin = shell(`$CLI run - < ${file}`);
    expect(fromStdin).toMatchObject({ status: 2, stdout: '', stderr: `error: <stdin>:${message}\n` });
    expect(await cli(['check', file])).toMatchObject({ status: 1, stdout: `${file}:${message}\n` });
    expect((await cli(['replay', file])).stdout).toBe(`FAIL  ${file}:${message}\n0 passed, 1 failed\n`);
  });

  it('has a difference in its last call, with the lines before it', async () => {
    const program = write('program.trace', traceText(lines.join('\n'), 'load(mm0, 0x0)'));
    const recorded = (await cli(['run', program])).stdout;
    expect(recorded).toMatch(/load\(mm0, 0x0\) = -EFAULT\n$/);
    const file = write('wrong.trace', recorded.replace(/-EFAULT\n$/, '0x1\n'));
    const before = recorded.trimEnd().split('\n').slice(-4, -1);
    expect((await cli(['replay', file])).stdout.split('\n')).toEqual([
      `FAIL  ${file}:${recorded.split('\n').length - 1}: another result`,
      ...before.map((line) => `      ${line}`),
      '    > load(mm0, 0x0) = 0x1',
      '      expected  0x1',
      '      got       -EFAULT',
      '0 passed, 1 failed',
      '',
    ]);
  });

  it('can come through a pipe that has a name', () => {
    const file = write('piped.trace', traceText(lines.join('\n')));
    expect(shell(`cmp <($CLI run <(cat ${file})) <($CLI run ${file})`)).toMatchObject({ status: 0, stderr: '' });
    expect(shell(`$CLI check <(cat ${file})`)).toMatchObject({ status: 0, stdout: '' });
    expect(shell(`$CLI replay <($CLI run ${file})`).stdout).toContain('1 passed, 0 failed');
  });
});

describe('a trace of long lines', () => {
  it('is printed in pieces that are strings', { timeout: 120_000 }, () => {
    // Together longer than a string can be.
    const lines = new Array<TraceItem>(600).fill({ kind: 'comment', text: `#${'x'.repeat(2 ** 20)}`, line: 2 });
    let length = 0;
    for (const piece of printPieces(lines)) length += piece.length;
    expect(length).toBe('# gmap-trace 1\n'.length + 600 * (2 ** 20 + 2));
  });
});

describe('the copy of standard input', () => {
  it('is nowhere to be seen, also if the process is killed', async () => {
    const env = { TMPDIR: join(scratch, 'temporary') };
    mkdirSync(env.TMPDIR);
    const running = startCli(['run', '-'], env);
    running.stdin.write(traceText('fork(mm0)'));
    // It has begun to read when it answers to nothing else.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(readdirSync(env.TMPDIR)).toEqual([]);
    running.kill('SIGKILL');
    await once(running, 'exit');
    expect(readdirSync(env.TMPDIR)).toEqual([]);
    expect((await cli(['run', '-'], { env, input: traceText('fork(mm0)') })).status).toBe(0);
    expect(readdirSync(env.TMPDIR)).toEqual([]);
  });

  it('has no room: an error in words', async () => {
    const env = { TMPDIR: join(scratch, 'not there') };
    expect(await cli(['run', '-'], { env, input: traceText('fork(mm0)') })).toMatchObject({
      status: 2,
      stdout: '',
      stderr: `error: cannot keep, in ${env.TMPDIR}, a copy of <stdin>: no such file or directory\n`,
    });
  });
});

describe('TraceReader', () => {
  const read = (pieces: Iterable<Uint8Array>) => {
    const reader = new TraceReader('<trace>');
    const items: TraceItem[] = [];
    for (const piece of pieces) reader.push(piece, items);
    const header = reader.end(items);
    return { source: '<trace>', header, items };
  };

  function* cut(text: string, length: number): Generator<Uint8Array> {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
  }

  it('reads the same whatever the pieces', () => {
    const some = [...recordings.slice(0, 4).map(({ text }) => text), traceText('# é€😀', '', 'fork(mm0)', '', '# ü')];
    for (const text of some) for (const length of [1, 7, 64]) expect(read(cut(text, length))).toEqual(parseTrace(text));
  });

  it.each(['', '# gmap-trace 1', '# gmap-trace 1\n', '# gmap-trace 1\n\n', '# gmap-trace 1\n\n\nfork(mm0)\n\n'])(
    'has the lines that %j has',
    (text) => {
      const attempt = (work: () => unknown) => {
        try {
          return work();
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(attempt(() => read(cut(text, 1)))).toEqual(attempt(() => parseTrace(text)));
    },
  );

  it('refuses a line that has no end', () => {
    function* endless(): Generator<Uint8Array> {
      yield Buffer.from('# gmap-trace 1\n');
      for (;;) yield new Uint8Array(2 ** 20);
    }
    expect(() => read(endless())).toThrow('<trace>:2:1: the line is longer than 64 MiB');
  });

  it('says what is no UTF-8, also at the end', () => {
    const first = Buffer.from('# gmap-trace 1\n#');
    for (const last of [[0xff], [0xc3, 0x28], [0xe2, 0x82]])
      expect(() => read([first, Uint8Array.from(last)])).toThrow('cannot read <trace>: it is not UTF-8 text');
  });
});
