// SPDX-License-Identifier: GPL-2.0-only
import { mergeConfig } from 'vitest/config';
import usual from '../../vitest.config.js';

export default mergeConfig(usual, {
  test: {
    root: new URL('../..', import.meta.url).pathname,
    setupFiles: ['scripts/asan/setup.ts'],
    exclude: [
      // These start processes, time them and take the addon away. What such a process calls, the others call too.
      'test/cli/**',
      'test/ci/**',
      // Random calls go through the same doors: scripts/api.
      'test/api/**',
      'test/docs/**',
      'test/kernel/{console,install,program-address,session,types}.test.ts',
      'test/addon/{loading,needs}.test.ts',
      // These compile programs that have no sanitizers.
      'test/fuzz/print-{c-test,ucontrol}.test.ts',
      // These build codes of a tree that is made up, which have no sanitizers.
      'test/own-code/**',
      // These have nothing to do with native code, but for programs in C that have no sanitizers.
      'test/dump/**',
      'test/{declarations,types}.test.ts',
      'test/fuzz/mutants.test.ts',
      'test/trace/{generate-abi,parse,print}.test.ts',
      'test/trace/parse-anything.holds.test.ts',
    ],
    // The sanitizers slow native code down, and the memory of two processes is enough.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    maxWorkers: 2,
  },
});
