// SPDX-License-Identifier: GPL-2.0-only
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Until a page shows it. Fast where the machine is: this is how long a slow one may take.
    expect: { poll: { timeout: 20_000, interval: 20 } },
  },
});
