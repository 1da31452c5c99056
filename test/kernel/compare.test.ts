// SPDX-License-Identifier: GPL-2.0-only
/** What a real kernel did, compared with the model: here where no kernel is needed for it. */
import { describe, expect, it } from 'vitest';
import { compareRecording } from '../../lib/kernel/compare.js';
import { parseTrace } from '../../lib/trace/index.js';
import { traceText } from '../trace/recordings.js';

describe('compareRecording', () => {
  it('compares reference and change bits if the options or the program say so', () => {
    const program = (...header: readonly string[]) =>
      parseTrace(
        traceText(
          '# kernel: linux-6.1',
          ...header,
          's390_enable_sie(mm0) = 0',
          'mmap(mm0, 0x10000000000, 0x100000, 0x3, 0x0) = 0',
          'store(mm0, 0x10000000000, 0x1) = 0',
          's390_enable_skey(mm0) = 0',
          'set_guest_storage_key(mm0, 0x10000000000, 0x34, 0) = 0',
          'get_guest_storage_key(mm0, 0x10000000000) = 0x30',
        ),
      );
    const [any, strict] = [program(), program('# strict: 1')];
    expect(compareRecording(any, any)).toMatchObject({ passed: true, calls: 6 });
    expect(compareRecording(any, any, { strict: true })).toMatchObject({ passed: false });
    expect(compareRecording(strict, strict)).toMatchObject({
      passed: false,
      difference: { what: 'result', expected: '0x30', got: '0x34', line: 9 },
    });
  });
});
