// SPDX-License-Identifier: GPL-2.0-only
/** The main job: the model does what a real kernel did. */
import { describe, expect, it } from 'vitest';
import { parseTrace, replay } from '../lib/trace/index.js';
import { isOfPort, portRecordings, recordings } from './trace/recordings.js';

describe('recordings of real kernels', () => {
  it.each(['linux-4.7', 'linux-5.10', 'linux-6.1', 'linux-6.12'])('of %s are there', (kernel) => {
    expect(recordings.filter(({ name }) => name.startsWith(`${kernel}/`)).length).toBeGreaterThan(100);
  });

  it.each(['shadow-6.1', 'shadow-6.12'])('of shadow gmaps, %s, are there', (folder) => {
    expect(recordings.filter(({ name }) => name.startsWith(`${folder}/`)).length).toBeGreaterThan(40);
  });

  it.each(recordings.filter((recording) => !isOfPort(recording)))(
    '$name, up to what needs a built code',
    ({ name, text }) => {
      const { difference } = replay(parseTrace(text, name));
      expect(difference).toMatchObject({ what: 'result', got: expect.stringMatching(/^refused: the port .* --code$/) });
      expect(difference?.call).toMatch(/^(?:gmap_shadow|gmap_read_table|shadow_in_callback)/);
    },
  );

  it.each(portRecordings)('$name', ({ name, text }) => {
    const { difference, calls } = replay(parseTrace(text, name));
    expect(difference).toBeUndefined();
    expect(calls).toBeGreaterThan(0);
  });
});
