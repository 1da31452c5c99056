// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../lib/trace/observations.js';
import { parseTrace } from '../../lib/trace/parse.js';
import { printTrace } from '../../lib/trace/print.js';
import { recordTrace } from '../../lib/trace/record.js';
import { traceText } from './recordings.js';

const fork: Observation = { name: 'fork', result: { kind: 'number', value: 0n }, events: [], changes: [] };
const exit: Observation = {
  name: 'exit',
  result: undefined,
  events: [{ kind: 'idte', gmap: 0 }],
  changes: [{ sign: '-', key: { kind: 'gmap', gmap: 0 } }],
};
const bug: Observation = { name: 'fork', result: { kind: 'bug', place: 'endless' }, events: [], changes: [] };

function record(program: readonly string[], ...observations: readonly Observation[]) {
  return recordTrace(parseTrace(traceText(...program)), observations, 'linux-4.7');
}

describe('recordTrace', () => {
  it('keeps comments and replaces what was recorded before', () => {
    const recorded = record(['# a note', '', 'fork(mm0) = -ENOMEM', '  ! idte(g9)', '# more', 'exit(mm0)'], fork, exit);
    expect(printTrace(recorded)).toBe(
      traceText(
        '# kernel: linux-4.7',
        '# a note',
        '',
        'fork(mm0) = 0',
        '# more',
        'exit(mm0)',
        '  ! idte(g0)',
        '  - gmap g0',
      ),
    );
  });

  it('gives the lines on which the items are printed', () => {
    const recorded = record(['exit(mm0)', 'fork(mm0)'], exit, fork);
    expect(parseTrace(printTrace(recorded)).items).toEqual(recorded.items);
  });

  it('does not name a second kernel', () => {
    const recorded = record(['# kernel: linux-x', 'fork(mm0)'], fork);
    expect(recorded.header.get('kernel')).toBe('linux-x');
    expect(printTrace(recorded)).toBe(traceText('# kernel: linux-x', 'fork(mm0) = 0'));
  });

  it('ends with a BUG: says why, and what was not reached', () => {
    const text = printTrace(record(['# kernel: linux-4.7', 'fork(mm0)', 'exit(mm0)', '# end'], bug));
    expect(text).toBe(
      traceText(
        '# kernel: linux-4.7',
        '# the kernel did not survive this: a loop that never ends',
        'fork(mm0) = BUG',
        '# not reached: exit(mm0)',
        '# end',
      ),
    );
    // Once is enough.
    expect(printTrace(recordTrace(parseTrace(text), [bug], 'linux-4.7'))).toBe(text);
  });

  it('refuses the observations of another program', () => {
    expect(() => record(['fork(mm0)'], exit)).toThrow(
      new TypeError('recordTrace: line 2: fork was not observed, but exit'),
    );
    expect(() => record(['fork(mm0)'])).toThrow(
      new TypeError('recordTrace: line 2: fork was not observed, but nothing'),
    );
  });
});
