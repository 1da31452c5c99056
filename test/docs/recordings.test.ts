// SPDX-License-Identifier: GPL-2.0-only
// recordings/README.md explains the name of every recording, and the numbers in it are right.
import { describe, expect, it } from 'vitest';
import { files, read } from './markdown.js';

const readme = read('recordings/README.md');
const recordings = files('recordings', /\.trace$/);
const allNames = recordings.map((path) => path.replace(/.*\//, '').replace('.trace', ''));
/** Those of shadow gmaps have numbers. */
const isNumbered = (name: string) => /^\d\d-/.test(name);
const names = allNames.filter((name) => !isNumbered(name));

/** The first cells of the rows that begin with a name in backquotes. */
const cells = [...readme.matchAll(/^\| `([\w.-]+)` \|(.*)\|$/gm)].map(([, name = '', rest = '']) => ({ name, rest }));

describe('recordings/README.md', () => {
  it('has a row for each beginning of a name', () => {
    const prefixes = cells.map(({ name }) => name).filter((name) => /[_-]$/.test(name));
    expect(prefixes.length).toBeGreaterThan(10);
    expect(names.filter((name) => !prefixes.some((prefix) => name.startsWith(prefix)))).toEqual([]);
  });

  it('has a row for each number', () => {
    const rows = [...readme.matchAll(/^\| (\d\d)(?: to (\d\d))? \|/gm)].map(([, from, to = from]) => ({ from, to }));
    const numbers = allNames.filter(isNumbered).map((name) => name.slice(0, 2));
    const without = numbers.filter((number) => !rows.some(({ from = '', to = '' }) => from <= number && number <= to));
    expect(without).toEqual([]);
    expect(rows.filter(({ from = '', to = '' }) => !numbers.some((number) => from <= number && number <= to))).toEqual(
      [],
    );
  });

  it('has a row for each folder', () => {
    const folders = new Set(recordings.map((path) => path.split('/')[1]));
    expect(cells.map(({ name }) => name)).toEqual(expect.arrayContaining([...folders]));
  });

  it('counts the kinds of random programs', () => {
    const kinds = files('recordings/linux-4.7', /\/r_.*\.trace$/).map((path) => {
      const [, seed, kind] = /^# random trace seed=(\d+) ops=\d+ profile=(\w+)$/m.exec(read(path)) ?? [];
      expect(path).toMatch(new RegExp(`/r_0*${seed}_${kind}\\.trace$`));
      return kind;
    });
    const counted = cells.filter(({ rest }) => /^ \d+ \|/.test(rest));
    expect(counted.map(({ name, rest }) => [name, Number.parseInt(rest, 10)])).toEqual(
      [...new Set(counted.map(({ name }) => name))].map((name) => [name, kinds.filter((kind) => kind === name).length]),
    );
    expect(counted.reduce((sum, { rest }) => sum + Number.parseInt(rest, 10), 0)).toBe(kinds.length);
  });

  it('names no recording that is not there', () => {
    const known = new Set(names);
    const examples = cells
      .filter(({ name }) => /[_-]$/.test(name))
      .flatMap(({ rest }) => [...rest.matchAll(/`((?:[a-z]|exit|noreserve)_\w+)`/g)].map((match) => match[1] ?? ''))
      .filter((name) => !name.startsWith('exit_') || [...known].some((one) => one.startsWith('exit_')));
    expect(examples.length).toBeGreaterThan(15);
    expect(examples.filter((name) => !known.has(name))).toEqual([]);
  });
});
