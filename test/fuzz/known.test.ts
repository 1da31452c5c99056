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

it('the command says which were met', () => {
  const corpus = join(scratchDirectory(), 'corpus');
  mkdirSync(corpus, { recursive: true });
  copyFileSync(recording, join(corpus, 'from_zero.trace'));
  const args = ['fuzz', '--runs', '50', '--corpus', corpus];
  expect(cli(args).stdout).toMatch(/^known: path_to_zero, in [0-9]+ runs: a path in a radix tree /m);
  const { known } = JSON.parse(cli([...args, '--json', '--jobs', '2']).stdout) as { known: Record<string, number> };
  expect(known.path_to_zero).toBeGreaterThan(0);
});
