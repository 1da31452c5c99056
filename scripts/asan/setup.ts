// SPDX-License-Identifier: GPL-2.0-only
import { createRequire } from 'node:module';
import { afterAll } from 'vitest';

interface Leaks {
  hasLeaks(): boolean;
  plantLeak(): void;
}
const leaks = createRequire(import.meta.url)('../../out/addon-asan/leaks.node') as Leaks;

// Proves, when asked to, that a leak makes the tests fail.
if (process.env.PLANT_LEAK) leaks.plantLeak();

afterAll(() => {
  if (leaks.hasLeaks())
    throw new Error('This file leaks native memory: the report of LeakSanitizer names the allocation.');
});
