// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Machine } from '../../lib/index.js';
import { decodeProgram } from '../../lib/trace/decode-program.js';
import { decodeObservations, encodeProgram, parseTrace, printTrace } from '../../lib/trace/index.js';
import type { Trace, TraceCall } from '../../lib/trace/types.js';

function traceOf(calls: readonly TraceCall[]): Trace {
  return { source: 'test', header: new Map(), items: calls.map((call, i) => ({ ...call, line: i + 2 })) };
}

/** Without the orders for failures that no machine knows: those are not calls. */
function answers(program: Uint8Array) {
  using machine = new Machine({ maxSegments: 8 });
  return decodeObservations(machine.execute(program)).filter(
    ({ name, result }) => name !== 'inject' || result?.kind !== 'refused',
  );
}

describe('a binary program', () => {
  it('is what it was before it was encoded', () => {
    const text = [
      '# gmap-trace 1',
      's390_enable_sie(mm0)',
      'gmap_alloc(mm0, 0x7fffffff) = g3',
      'watch(mm0, 0x1000, 0x2000)',
      'inject(radix_insert, 2)',
      'gmap_unlink(mm0, NULL, 0x100000)',
      'exec() = mm1',
      '',
    ].join('\n');
    const calls = decodeProgram(encodeProgram(parseTrace(text)));
    expect(printTrace(traceOf(calls))).toBe(text);
  });

  it('can be any bytes, and does the same as a trace', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const text = printTrace(traceOf(decodeProgram(bytes)));
        expect(answers(encodeProgram(parseTrace(text)))).toEqual(answers(bytes));
      }),
    );
  });
});
