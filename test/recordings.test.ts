// SPDX-License-Identifier: GPL-2.0-only
/** The main job: the model does what a real kernel did. */
import { describe, expect, it } from 'vitest';
import { parseTrace, replay } from '../lib/trace/index.js';
import { recordings } from './trace/recordings.js';

describe('recordings of Linux 4.7.4', () => {
  it('are there', () => {
    expect(recordings.length).toBeGreaterThan(0);
  });

  it.each(recordings)('$name', ({ name, text }) => {
    const { difference, calls } = replay(parseTrace(text, name));
    expect(difference).toBeUndefined();
    expect(calls).toBeGreaterThan(0);
  });
});
