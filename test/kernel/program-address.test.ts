// SPDX-License-Identifier: GPL-2.0-only
/** What runs inside of the guest and can run here too. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copySources } from '../../lib/kernel/install/harness-sources.js';

const folder = mkdtempSync(join(tmpdir(), 's390-gmap-program-'));
const program = join(folder, 'program_address');
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(() => {
  const sources = copySources('init', join(folder, 'init'));
  const main = fileURLToPath(new URL('program_address.c', import.meta.url));
  execFileSync(process.env.CC ?? 'cc', ['-O1', `-I${sources}`, '-o', program, main, join(sources, 'program.c')]);
}, 60_000);

const run = (...args: string[]) => execFileSync(program, args, { encoding: 'utf8' }).trimEnd().split('\n');

describe('the address of a program inside of the guest', () => {
  it('is far from what programs map', () => {
    expect(run()).toEqual(['wanted', 'read']);
  });

  it('is another one where a randomised heap lies there, which stays whole', () => {
    expect(run('taken')).toEqual(['elsewhere', 'read', 'whole']);
  });
});
