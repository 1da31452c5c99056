// SPDX-License-Identifier: GPL-2.0-only
import { mergeConfig } from 'vitest/config';
import usual from '../../vitest.config.js';

export default mergeConfig(usual, {
  test: {
    root: new URL('../..', import.meta.url).pathname,
    setupFiles: ['scripts/asan/setup.ts'],
    // These start processes, time them and take the addon away. What such a process calls, the others call too.
    exclude: ['test/cli/**', 'test/docs/inspecting.test.ts', 'test/addon/loading.test.ts'],
    // The sanitizers slow native code down, and the memory of two processes is enough.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
  },
});
