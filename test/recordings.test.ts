// SPDX-License-Identifier: GPL-2.0-only
/** The main job: the model does what a real kernel did. */
import { describe, expect, it } from 'vitest';
import { parseTrace, replay } from '../lib/trace/index.js';
import { recordings } from './trace/recordings.js';

describe('recordings of real kernels', () => {
  it.each(['linux-4.7', 'linux-6.1', 'linux-6.12'])('of %s are there', (kernel) => {
    expect(recordings.filter(({ name }) => name.startsWith(`${kernel}/`)).length).toBeGreaterThan(100);
  });

  it.each(recordings)('$name', ({ name, text }) => {
    const { difference, calls } = replay(parseTrace(text, name));
    expect(difference).toBeUndefined();
    expect(calls).toBeGreaterThan(0);
  });
});
