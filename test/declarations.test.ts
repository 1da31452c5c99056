// SPDX-License-Identifier: GPL-2.0-only
// What users' compilers and editors see of the classes: not how they find each other's private parts.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const machine = fileURLToPath(new URL('../dist/machine/', import.meta.url));

it.each(readdirSync(machine).filter((name) => name.endsWith('.d.ts')))('%s shows no internals', (name) => {
  expect(readFileSync(`${machine}${name}`, 'utf8')).not.toMatch(/export declare let|@internal/);
});
