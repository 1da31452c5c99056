// SPDX-License-Identifier: GPL-2.0-only
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inputToTrace, traceToInput } from '../../lib/fuzz/index.js';
import { encodeProgram, parseTrace, printTrace } from '../../lib/index.js';
import { randomProgram } from '../../lib/kernel/index.js';
import { printCallWithoutResult } from '../../lib/trace/print.js';
import { callsOf } from '../../lib/trace/program.js';
import { traceText } from '../trace/recordings.js';
import { cli, scratchDirectory, shell } from './cli.js';

const scratch = scratchDirectory();
const pathOf = (name: string) => join(scratch, name);

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(pathOf(name), content);
  return pathOf(name);
}

async function convert(from: string, to: string): Promise<Buffer> {
  expect(await cli(['convert', from, pathOf(to)])).toEqual(
    expect.objectContaining({ status: 0, stdout: '', stderr: '' }),
  );
  return readFileSync(pathOf(to));
}

const bytesOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

// Several pieces of a thousand items, and some of 256 KiB.
const trace = randomProgram(3, 12_000);
const text = write('program.trace', printTrace(trace));

describe('s390-gmap convert', () => {
  it('goes from text to a binary program, and back', async () => {
    const bin = await convert(text, 'program.bin');
    expect(bytesOf(bin)).toBe(bytesOf(encodeProgram(trace)));
    expect(bin.length).toBeGreaterThan(2 ** 18);
    const back = parseTrace((await convert(pathOf('program.bin'), 'back.trace')).toString());
    expect(callsOf(back).map(printCallWithoutResult)).toEqual(callsOf(trace).map(printCallWithoutResult));
    expect(bytesOf(encodeProgram(back))).toBe(bytesOf(bin));
  });

  it('goes from text to an input, and back', async () => {
    const input = await convert(text, 'program.input');
    expect(bytesOf(input)).toBe(bytesOf(traceToInput(trace)));
    expect((await convert(pathOf('program.input'), 'input.trace')).toString()).toBe(
      printTrace(inputToTrace(input, '')),
    );
  });

  it('goes from an input, which in a corpus has no extension, to a binary program, and back', async () => {
    const program = encodeProgram(trace);
    const input = write('0123abcd', Buffer.concat([Uint8Array.of(2, 3, 9, 9, 9, 9, 9, 9), program]));
    expect(bytesOf(await convert(input, 'other.bin'))).toBe(bytesOf(program));
    // On the usual machine: a binary program does not say which.
    const again = await convert(pathOf('other.bin'), 'other.input');
    expect(bytesOf(again)).toBe(`${'00'.repeat(8)}${bytesOf(program)}`);
    expect(parseTrace((await convert(input, 'kernel.trace')).toString()).header.get('kernel')).toBe('linux-6.1');
  });

  it.each([0, 1, 7, 8, 9, 17])('takes any bytes: %i of them', async (length) => {
    const bytes = new Uint8Array(length).fill(0x21);
    const program = callsOf(parseTrace((await convert(write('any.bin', bytes), 'any.trace')).toString()));
    expect(bytesOf(await convert(write('any', bytes), 'short.bin'))).toBe(bytesOf(bytes.subarray(8)));
    const input = (await convert(write('any.input', bytes), 'any-input.trace')).toString();
    expect(input).toBe(printTrace(inputToTrace(bytes, '')));
    expect(program.length).toBeLessThanOrEqual(length / 8);
  });

  it('says what it does not do', async () => {
    const fails = async (from: string, to: string) => {
      const { status, stdout, stderr } = await cli(['convert', from, to], { cwd: scratch });
      expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
      return stderr;
    };
    const forms = '.trace is text, .bin a binary program, .input an input of the fuzzer';
    expect(await fails('program.trace', 'x.txt')).toBe(`error: x.txt does not say what it is: ${forms}\n`);
    expect(await fails('-', 'x.bin')).toBe(`error: - does not say what it is: ${forms}\n`);
    expect(await fails('program.trace', 'x.trace')).toBe('error: program.trace and x.trace would both be text\n');
    expect(await fails('nowhere.bin', 'x.trace')).toBe('error: cannot read nowhere.bin: no such file or directory\n');
    expect(await fails('program.trace', 'no/x.bin')).toBe('error: cannot write no/x.bin: no such file or directory\n');
  });

  it('leaves nothing of what it could not write, and what was there', async () => {
    const wrong = write('wrong.trace', traceText('fork(mm0)', 'fork(g0)'));
    const kernel = write('kernel.trace', traceText('# kernel: linux-2.4', 'fork(mm0)'));
    const out = write('out.input', 'before');
    const names = readdirSync(scratch);
    expect((await cli(['convert', wrong, out])).stderr).toBe(
      `error: ${wrong}:3:6: expected a handle such as mm0, found "g0"\n`,
    );
    expect((await cli(['convert', kernel, out])).stderr).toContain(`error: ${kernel}: unknown kernel "linux-2.4"`);
    expect(readFileSync(out, 'utf8')).toBe('before');
    expect(readdirSync(scratch)).toEqual(names);
  });

  it('reads from pipes, and writes into them', async () => {
    const program = write('two.trace', traceText('fork(mm0)', 'exit(mm0)'));
    const fifo = pathOf('fifo.bin');
    const there = shell(`mkfifo ${fifo}; $CLI convert ${program} ${fifo} & cat ${fifo} > ${pathOf('piped.bin')}; wait`);
    expect(there.stderr).toBe('');
    expect(bytesOf(readFileSync(pathOf('piped.bin')))).toBe(bytesOf(await convert(program, 'two.bin')));
    const back = shell(`cat ${pathOf('program.bin')} > ${fifo} & $CLI convert ${fifo} ${pathOf('piped.trace')}; wait`);
    expect(back.stderr).toBe('');
    expect(readFileSync(pathOf('piped.trace'), 'utf8')).toBe(readFileSync(pathOf('back.trace'), 'utf8'));
  });
});
