// SPDX-License-Identifier: GPL-2.0-only
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Builds of codes, by two compilers, are another step's, as the codes themselves are: scripts/own-code.mjs.
    exclude: process.env.OWN_CODE === 'required' ? [] : ['test/own-code/builds/**'],
    setupFiles: ['test/seed.ts'],
    // Processes, not threads: an addon that crashes ends one of them, and the run fails. Each takes many files, since to load
    // everything anew for each of them costs a fifth of all.
    pool: 'forks',
    isolate: false,
    // Vitest would leave one CPU to itself. A fifth of the time a worker waits for processes that its tests have started: one more.
    maxWorkers: availableParallelism() + 1,
    // Tests of what the garbage collector frees call gc() themselves.
    execArgv: ['--expose-gc'],
    // Only what hangs takes so long; how fast a machine is, is no question of these tests.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ['lib/**'], exclude: ['lib/generated/**'] },
  },
});
