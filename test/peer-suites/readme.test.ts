// SPDX-License-Identifier: GPL-2.0-only
/** What README.md says of which cases agree is counted from the traces and programs of this folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Kernel } from '../../lib/index.js';
import { allKernels, laterKernels } from './guest.js';
import { peerTraces } from './traces.js';

/** A case that was told, on a kernel that agrees with it unless it is said to differ. */
interface Told {
  readonly suite: string;
  readonly case: string;
  readonly kernel: Kernel;
  readonly agrees: boolean;
}

const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
const readme = read('README.md');
const kernelLists: Readonly<Record<string, readonly Kernel[]>> = { allKernels, laterKernels };

const inTraces: readonly Told[] = peerTraces.flatMap(({ suite, cases, kernels, differs }) =>
  kernels.flatMap((kernel) => cases.map((one) => ({ suite, case: one, kernel, agrees: one !== differs }))),
);

const PEER_TEST = /^peerTest\(\s*'([^']+)',\s*\[([^\]]+)\],\s*(\w+),/gm;
const sources = readdirSync(new URL('.', import.meta.url)).filter((file) => file.endsWith('.test.ts'));
const calls = sources.flatMap((file) => [...read(file).matchAll(PEER_TEST)]);
const inPrograms: readonly Told[] = calls.flatMap(([, suite = '', cases = '', kernels = '']) =>
  (kernelLists[kernels] ?? []).flatMap((kernel) =>
    [...cases.matchAll(/'([^']+)'/g)].map(([, one = '']) => ({ suite, case: one, kernel, agrees: true })),
  ),
);

const told = [...inTraces, ...inPrograms];
const countCases = (some: readonly Told[]) => new Set(some.map((one) => `${one.suite}: ${one.case}`)).size;

/** How many cases there are of some, and how many each kernel agrees with. A case that is told twice agrees if both do. */
function rowOf(title: string, some: readonly Told[]): string {
  const counts = allKernels.map((kernel) => {
    const there = some.filter((one) => one.kernel === kernel);
    return countCases(there) - countCases(there.filter(({ agrees }) => !agrees));
  });
  return `| ${[title, countCases(some), ...counts].join(' | ')} |`;
}

it('README.md says how many cases agree', () => {
  const suites = [...new Set(told.map(({ suite }) => suite))].sort();
  const table = [
    `| suite | cases | ${allKernels.map((kernel) => kernel.replace('linux-', '')).join(' | ')} |`,
    '|---|---|---|---|---|---|',
    ...suites.map((suite) =>
      rowOf(
        suite,
        told.filter((one) => one.suite === suite),
      ),
    ),
    rowOf('**all**', told),
  ];
  const shown = readme.split('\n').filter((line) => line.startsWith('|'));
  expect(shown.slice(0, table.length)).toEqual(table);
});

it('README.md says which kernels answer otherwise', () => {
  const rows = peerTraces.flatMap(({ trace, kernels, suite }) => {
    const differs = trace.header.get('differs');
    return differs === undefined ? [] : [`- ${suite} on ${kernels.join(', ').replace('linux-', '')}: ${differs}`];
  });
  expect(readme.split('\n').filter((line) => line.startsWith('- '))).toEqual(rows);
});

it('each program that is a test of a suite is counted', () => {
  const all = sources.map((file) => read(file).match(/^peerTest\(/gm)?.length ?? 0);
  expect(calls).toHaveLength(all.reduce((sum, count) => sum + count, 0));
  expect(calls.length).toBeGreaterThan(10);
  for (const [, , , kernels = ''] of calls) expect(Object.keys(kernelLists)).toContain(kernels);
});
