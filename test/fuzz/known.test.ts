// SPDX-License-Identifier: GPL-2.0-only
/** Known defects of real kernels: oracles say that they met one, and go on. */
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Fuzzer, knownDefects, traceToInput } from '../../lib/fuzz/index.js';
import { parseTrace } from '../../lib/trace/index.js';
import { cli, recordingsDirectory, scratchDirectory } from '../cli/cli.js';

/** Maps from host address 0: a path in a radix tree is lost. */
const recording = join(recordingsDirectory, 'linux-4.7', 'b_from_zero.trace');
const page = readFileSync(fileURLToPath(new URL('../../docs/fidelity.md', import.meta.url)), 'utf8');

function kernels(first: string, last: string): string {
  if (last === '') return `${first} on`;
  return first === last ? first : `${first} to ${last}`;
}

it.each([...knownDefects])('$id is a row of docs/fidelity.md', ({ id, first, last, oracle, rule, text }) => {
  const said = text.replaceAll('__', '\\_\\_');
  expect(page).toContain(
    `| <a id="known-${id}"></a>\`${id}\` | ${kernels(first, last)} | ${oracle}: ${rule} | ${said} | `,
  );
});

it('one that a program meets is counted, and is no finding', () => {
  using fuzzer = new Fuzzer();
  expect(fuzzer.stats.known).toEqual({});
  fuzzer.add(traceToInput(parseTrace(readFileSync(recording, 'utf8'))));
  expect(fuzzer.stats).toMatchObject({ findings: 0, known: { path_to_zero: 1 } });
});

it('the command says which were met', async () => {
  const corpus = join(scratchDirectory(), 'corpus');
  mkdirSync(corpus, { recursive: true });
  copyFileSync(recording, join(corpus, 'from_zero.trace'));
  const args = ['fuzz', '--runs', '50', '--corpus', corpus];
  expect((await cli(args)).stdout).toMatch(/^known: path_to_zero, in [0-9]+ runs: a path in a radix tree /m);
  const { known } = JSON.parse((await cli([...args, '--json', '--jobs', '2'])).stdout) as {
    known: Record<string, number>;
  };
  expect(known.path_to_zero).toBeGreaterThan(0);
});

it('arm_elsewhere is met by a range past the end of the addresses too', () => {
  using fuzzer = new Fuzzer({ kernel: '6.12', failEach: false });
  const lines = [
    '# gmap-trace 1',
    '# kernel: linux-6.12',
    'mmap(mm0, 0x10000000000, 0x400000, 0x1, 0)',
    'gmap_create(mm0, 0x0)',
    'gmap_map_segment(g0, 0x10000000000, 0x0, 0x400000)',
    'gmap_fault(g0, 0x300000, 0x0)',
    // the page table of the guest's fourth segment goes, before s390_enable_sie, and another one comes
    'mremap(mm0, 0x10000000000, 0x1, 0x10000300000, 0x100000)',
    'gmap_mprotect_notify(g0, 0x100000, 0xfffffffffffff000, 0x1)',
  ];
  fuzzer.add(traceToInput(parseTrace(`${lines.join('\n')}\n`)));
  expect(fuzzer.stats).toMatchObject({ findings: 0, known: { arm_elsewhere: 1 } });
});
