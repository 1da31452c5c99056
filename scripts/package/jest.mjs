// SPDX-License-Identifier: GPL-2.0-only
// Jest, with the flag that it needs for modules.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { step } from '../steps.mjs';

export async function underJest(cwd, tool) {
  writeFileSync(
    join(cwd, 'machine.test.js'),
    `import { Machine } from 's390-gmap';
     test('a machine', () => {
       const machine = new Machine();
       expect(machine.check()).toMatchObject({ ok: true });
       machine.close();
     });\n`,
  );
  await step('jest', process.execPath, [tool('jest/bin/jest.js'), '--rootDir', '.'], {
    cwd,
    env: { NODE_OPTIONS: '--experimental-vm-modules' },
  });
}
