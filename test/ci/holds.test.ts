// SPDX-License-Identifier: GPL-2.0-only
import { expect, it } from 'vitest';

it('each mend that npm run mutants -- --set holds undoes is there, and names a test or a page', async () => {
  const { checkHolds } = (await import(new URL('../../scripts/holds.mjs', import.meta.url).href)) as {
    checkHolds(): Promise<readonly object[]>;
  };
  expect((await checkHolds()).length).toBeGreaterThan(0);
});
