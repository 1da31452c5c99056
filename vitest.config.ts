// SPDX-License-Identifier: GPL-2.0-only
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/seed.ts'],
    // A process each: an addon that crashed or leaked must not touch the tests of another file.
    pool: 'forks',
    // All of them: vitest would leave one to itself.
    maxWorkers: availableParallelism(),
    // Tests of what the garbage collector frees call gc() themselves.
    execArgv: ['--expose-gc'],
    // Only what hangs takes so long; how fast a machine is, is no question of these tests.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ['lib/**'], exclude: ['lib/generated/**'] },
  },
});
