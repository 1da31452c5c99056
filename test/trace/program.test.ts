// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operations, WIRE_NO_HANDLE } from '../../lib/generated/abi.js';
import { parseTrace } from '../../lib/trace/parse.js';
import { callsOf, encodeProgram } from '../../lib/trace/program.js';
import type { Trace } from '../../lib/trace/types.js';
import { trace } from './arbitrary.js';
import { traceText } from './recordings.js';

const opcode = (name: string) => BigInt(operations.findIndex((operation) => operation.name === name));
const NO_HANDLE = BigInt(WIRE_NO_HANDLE) << 32n;

/** The program's words, read independently of the host's byte order. */
function words(program: Uint8Array): bigint[] {
  const view = new DataView(program.buffer, program.byteOffset, program.byteLength);
  return Array.from({ length: program.byteLength / 8 }, (_, i) => view.getBigUint64(8 * i, true));
}

const encode = (...lines: readonly string[]) => words(encodeProgram(parseTrace(traceText(...lines))));

function withArgs(line: string, args: readonly bigint[]): Trace {
  const parsed = parseTrace(traceText(line));
  return { ...parsed, items: parsed.items.map((item) => (item.kind === 'call' ? { ...item, args } : item)) };
}

describe('encodeProgram', () => {
  it('writes a head and the arguments, handles as their numbers', () => {
    expect(encode('gmap_map_segment(g3, 0x10000000000, 0x0, 0xffffffffffffffff) = -EINVAL')).toEqual([
      NO_HANDLE | opcode('gmap_map_segment'),
      3n,
      0x10000000000n,
      0n,
      2n ** 64n - 1n,
    ]);
  });

  it('asks for the recorded handle, for any if there is none', () => {
    expect(encode('gmap_alloc(mm0, 0x0) = g5')[0]).toBe((5n << 32n) | opcode('gmap_alloc'));
    expect(encode('gmap_alloc(mm0, 0x0) = NULL')[0]).toBe(NO_HANDLE | opcode('gmap_alloc'));
    expect(encode('gmap_alloc(mm0, 0x0)')[0]).toBe(NO_HANDLE | opcode('gmap_alloc'));
    expect(encode('exec() = mm2')).toEqual([(2n << 32n) | opcode('exec')]);
  });

  it('counts the addresses of watch', () => {
    expect(encode('watch(mm0, 0x1000, 0x2000)')).toEqual([
      NO_HANDLE | (2n << 8n) | opcode('watch'),
      0n,
      0x1000n,
      0x2000n,
    ]);
    expect(encode(`watch(mm0${', 0x0'.repeat(255)})`)[0]).toBe(NO_HANDLE | (255n << 8n) | opcode('watch'));
  });

  it('writes kinds of failures as their numbers and NULL as 0', () => {
    expect(encode('inject(kzalloc, 2)')).toEqual([NO_HANDLE | opcode('inject'), 3n, 2n]);
    expect(encode('gmap_unlink(mm0, NULL, 0x5)')).toEqual([NO_HANDLE | opcode('gmap_unlink'), 0n, 0n, 5n]);
  });

  it('writes all ones for an argument that is left out', () => {
    const notify = NO_HANDLE | opcode('ptep_notify');
    expect(encode('ptep_notify(mm0, 0x1000)')).toEqual([notify, 0n, 0x1000n, 2n ** 64n - 1n]);
    expect(encode('ptep_notify(mm0, 0x1000, 0x400000000000)')).toEqual([notify, 0n, 0x1000n, 1n << 46n]);
  });

  it('leaves out comments', () => {
    expect(encode('# refused (not survivable): link 0 0x0 0x0', '', 'fork(mm0) = 0')).toEqual([
      NO_HANDLE | opcode('fork'),
      0n,
    ]);
  });

  it.each([
    ['fork(mm0)', [], 'fork takes 1 arguments'],
    ['fork(mm0)', [0n, 0n], 'fork takes 1 arguments'],
    ['watch(mm0)', [], 'watch takes 1 to 256 arguments'],
    ['watch(mm0)', Array.from({ length: 257 }, () => 0n), 'watch takes 1 to 256 arguments'],
    ['ptep_notify(mm0, 0x0)', [0n], 'ptep_notify takes 3 arguments'],
    ['ptep_notify(mm0, 0x0)', [0n, 0n, 0n, 0n], 'ptep_notify takes 3 arguments'],
    ['fork(mm0)', [-1n], 'encodeProgram: trace.items[0].args[0] must be from 0n to 2n ** 64n - 1n, not -1n'],
    [
      'fork(mm0)',
      [2n ** 64n],
      'encodeProgram: trace.items[0].args[0] must be from 0n to 2n ** 64n - 1n, not 18446744073709551616n',
    ],
  ])('%s with arguments that do not fit is a RangeError', (line, args, message) => {
    expect(() => encodeProgram(withArgs(line, args))).toThrow(new RangeError(message));
  });

  it('of any trace can be read back record by record', () => {
    fc.assert(
      fc.property(trace, (original) => {
        const program = words(encodeProgram(original));
        for (const call of callsOf(original)) {
          const head = program.shift() ?? 0n;
          const operation = operations[Number(head & 0xffn)];
          expect(operation?.name).toBe(call.name);
          const named = (operation?.args ?? []).filter((arg) => arg.form !== 'REST').length;
          const count = named + Number((head >> 8n) & 0xffn);
          // what is left out at the end is all ones
          expect(program.splice(0, count)).toEqual(Object.assign(Array(count).fill(2n ** 64n - 1n), call.args));
          expect(Number(head >> 32n)).toBe(call.result?.kind === 'handle' ? call.result.handle : WIRE_NO_HANDLE);
        }
        expect(program).toEqual([]);
      }),
    );
  });
});
