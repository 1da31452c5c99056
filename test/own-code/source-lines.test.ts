// SPDX-License-Identifier: GPL-2.0-only
/** Lines of a tree's source, from addresses in the addon that was built of it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parseManifest } from '../../lib/own-code/manifest.js';
import { sourceLines } from '../../lib/own-code/source-lines.js';
import { environment } from '../cli/cli.js';
import { stubPackage } from './stub-package.js';

const stub = stubPackage();
afterAll(() => stub.remove());
afterEach(() => vi.unstubAllEnvs());

const missing = ['g++', 'nm', 'addr2line'].filter((program) => spawnSync(program, ['--version']).status !== 0);
if (missing.length > 0) console.warn(`NOT TESTED: lines of a tree's source, without ${missing.join(', ')}`);

const GMAP_C = `#include <asm/gmap.h>
static inline __attribute__((always_inline)) void store(struct gmap *g)
{
	g->count = 1;
}

int gmap_count(struct gmap *g)
{
	store(g);
	return 1;
}

int gmap_flag(void) { return 0; }
`;

beforeEach(() => {
  const tree = stub.tree('linux', { 'arch/s390/mm/gmap.c': GMAP_C });
  const args = ['kernel', 'build', '--source', tree, '--name', 'mine', '--compiler', 'gcc'];
  spawnSync(process.execPath, [join(stub.dist, 'cli/main.js'), ...args], { env: environment(stub.env) });
});

it.skipIf(missing.length > 0)('are those that call, with what they were inlined into', () => {
  const text = readFileSync(join(stub.cache, 'codes/mine/code.json'), 'utf8');
  const code = parseManifest(text, 'mine') ?? expect.fail('mine is not built');
  const { stdout } = spawnSync('nm', ['-S', code.addon], { encoding: 'utf8' });
  const row = (name: string) => new RegExp(`^([0-9a-f]+) ([0-9a-f]+) . linux_${name}$`, 'm').exec(stdout) ?? [];
  const [, start, size] = row('gmap_count');
  const first = BigInt(`0x${start}`);
  const all = Array.from({ length: Number(`0x${size}`) }, (_, i) => first + BigInt(i) + 1n);
  const file = 'arch/s390/mm/gmap.c';
  const lines = sourceLines(code, [...all, 1n, 2n ** 64n - 5n]) ?? expect.fail('addr2line says nothing');
  expect(lines).toHaveLength(all.length + 2);
  expect(lines[0]?.at(-1)).toMatchObject({ function: 'gmap_count', file });
  expect(lines).toContainEqual([
    { function: 'store', file, line: 4 },
    { function: 'gmap_count', file, line: 9 },
  ]);
  // What is none of the tree's.
  expect(lines.slice(-2)).toEqual([[], []]);
  expect(sourceLines(code, [])).toEqual([]);
});

it.skipIf(missing.length > 0)('are unknown without addr2line', () => {
  vi.stubEnv('PATH', '/nowhere');
  const code = { addon: '/nowhere', folder: '/nowhere' } as Parameters<typeof sourceLines>[0];
  expect(sourceLines(code, [1n])).toBeUndefined();
});
