// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTrace } from '../../lib/trace/parse.js';
import { printTrace } from '../../lib/trace/print.js';
import { trace } from './arbitrary.js';
import { recordings, traceText } from './recordings.js';

describe('what is parsed and printed again', () => {
  it.each(recordings)('$name is the same, byte for byte', ({ text }) => {
    expect(printTrace(parseTrace(text))).toBe(text);
  });

  it('any trace that is printed and parsed again is the same trace', () => {
    fc.assert(
      fc.property(trace, (original) => {
        expect(parseTrace(printTrace(original))).toEqual(original);
      }),
    );
  });

  it('numbers are written the way that the format has them', () => {
    const text = traceText('mmap(mm0, 4096, 0x00ABC, 3, 0x1) = 0x0');
    expect(printTrace(parseTrace(text))).toBe(traceText('mmap(mm0, 0x1000, 0xabc, 0x3, 1) = 0'));
  });

  it('an argument that was left out stays so, also if it is what it stands for', () => {
    const lines = ['ptep_notify(mm0, 0x1000)', 'ptep_notify(mm0, 0x1000, 0xffffffffffffffff)'];
    expect(printTrace(parseTrace(traceText(...lines)))).toBe(traceText(...lines));
  });

  it('events with and without the last address are two events', () => {
    const lines = ['fork(mm0) = 0', '  ! notify(n0, g1, 0x1000)', '  ! notify(n0, g1, 0x1000, 0x1fff)'];
    expect(printTrace(parseTrace(traceText(...lines)))).toBe(traceText(...lines));
  });

  it('a last line without its end is a line', () => {
    expect(printTrace(parseTrace('# gmap-trace 1\nfork(mm0) = 0'))).toBe(traceText('fork(mm0) = 0'));
  });

  it('a call that was refused is a comment', () => {
    const { items, ...rest } = parseTrace(traceText('gmap_free(g9)'));
    const refused = items.map((item) =>
      item.kind === 'call'
        ? { ...item, result: { kind: 'refused', code: 'BAD_HANDLE', reason: 'no such gmap' } as const }
        : item,
    );
    expect(printTrace({ ...rest, items: refused })).toBe(traceText('# refused (no such gmap): gmap_free(g9)'));
  });
});
