// SPDX-License-Identifier: GPL-2.0-only
// The tables of docs/trace-format.md say what ops.def says.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findOperation, type Operation, operationTable } from '../../lib/trace/operations.js';

const text = readFileSync(new URL('../../docs/trace-format.md', import.meta.url), 'utf8');

interface WrittenCall {
  readonly name: string;
  readonly args: readonly string[];
}

/** The calls in a cell of a table: `` `gmap_create(mm, limit) = g` or `NULL`, `gmap_remove(g)` ``. */
function callsIn(cell = ''): WrittenCall[] {
  return [...cell.matchAll(/`(\w+)(?:\(([^)]*)\))?[^`]*`/g)]
    .map(([, name = '', args]) => ({ name, args: args ? args.split(', ') : [] }))
    .filter(({ name }) => name !== 'NULL');
}

/** The rows of all tables of a section whose first cell is code. */
function rowsOf(heading: string): string[][] {
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  return rows.map((row) => row.split(/(?<!\\)\|/).slice(1));
}

const callsOf = (heading: string) => rowsOf(heading).flatMap(([cell]) => callsIn(cell));

/** What the format writes in place of the name of some arguments. */
const WRITTEN: Partial<Record<string, string>> = { FLAG: '0 or 1', TABLE: 'NULL' };

function expectArguments({ name, args }: WrittenCall, withOptional: boolean): void {
  const operation = findOperation(name);
  const expected = (operation?.args ?? [])
    .filter(({ form }) => withOptional || form !== 'OPT')
    .flatMap((arg) => [[arg.name, WRITTEN[arg.kind]], ...(arg.form === 'REST' ? [['…']] : [])]);
  expect(args, name).toHaveLength(expected.length);
  for (const [i, arg] of args.entries()) expect(expected[i], `${name}, argument ${i + 1}`).toContain(arg);
}

const isLater = ({ kernels }: Operation) => kernels === 'SINCE_4_8' || kernels === 'LAST_SINCE_4_8';
const namesOf = (calls: readonly { readonly name: string }[]) => [...new Set(calls.map(({ name }) => name))].sort();

describe('docs/trace-format.md', () => {
  const first = callsOf('Calls');
  const later = callsOf('Later kernels');
  const shadow = callsOf('Shadow gmaps');
  const beyond = callsOf('Beyond version 1');

  it('has every operation', () => {
    expect(namesOf([...first, ...later, ...shadow, ...beyond])).toEqual(namesOf(operationTable));
    expect(namesOf(later)).toEqual(namesOf(operationTable.filter(isLater)));
    expect(namesOf(shadow)).toEqual(namesOf(operationTable.filter(({ kernels }) => kernels === 'ONLY_BUILT')));
  });

  it('has their arguments', () => {
    for (const call of first) expectArguments(call, false);
    for (const call of [...later, ...shadow, ...beyond]) expectArguments(call, true);
  });

  it('says what later kernels have in place of what', () => {
    for (const [cell, before] of rowsOf('Later kernels')) {
      const replaced = callsIn(before);
      for (const [i, { name }] of callsIn(cell).entries()) {
        const operation = findOperation(name);
        const itself = operation?.kernels === 'LAST_SINCE_4_8' ? name : undefined;
        expect(replaced[i]?.name, name).toBe(operation?.renamed ?? itself);
      }
    }
  });
});
