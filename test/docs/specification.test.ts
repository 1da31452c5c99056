// SPDX-License-Identifier: GPL-2.0-only
// What code and pages cite of the specification is there, and what the specification names is there too.
import { describe, expect, it } from 'vitest';
import { files, headings, prose, read } from './markdown.js';

const FOLDER = 'docs/specification';
const INVARIANTS = `${FOLDER}/invariants.md`;
const DEFECTS = `${FOLDER}/defects.md`;
const chapters = files(FOLDER, /\.md$/);

/** The numbers of all headings: 5.4, A.1, C; and chapters without a heading of their own: 4 of 4.1. */
function sections(): Set<string> {
  const numbers = chapters
    .flatMap((page) => headings(read(page)))
    .map((heading) => /^(?:Appendix )?((?:\d+|[A-C])(?:\.\d+a?)?)[: ]/.exec(heading)?.[1])
    .filter((number) => number !== undefined);
  return new Set(numbers.flatMap((number) => [number, number.replace(/\..*/, '')]));
}

/** The rows of a table whose first cell is the anchor of a number. */
function rows(page: string, letter: string): Map<string, string[]> {
  const pattern = new RegExp(`^\\| <a id="(${letter.toLowerCase()}\\d+)"></a>(${letter}\\d+) \\|(.*)\\|$`, 'gm');
  return new Map(
    [...read(page).matchAll(pattern)].map(([, anchor, number = '', cells = '']) => {
      expect(anchor).toBe(number.toLowerCase());
      return [number, cells.split(/(?<!\\)\|/).map((cell) => cell.trim())];
    }),
  );
}

/** The paths that stand in backquotes. */
const paths = (cell: string) => [...cell.matchAll(/`([\w./-]+\.\w+)`/g)].map((match) => match[1] ?? '');

const sources = ['native', 'lib', 'kernel', 'test', 'bench', 'examples', 'explorer/src', 'oss-fuzz', 'scripts'].flatMap(
  (folder) => files(folder, /\.(?:[ch]|cc|def|ts|tsx|mjs|md)$/),
);
const documents = ['README.md', ...files('docs', /\.md$/), ...files('recordings', /\.md$/)];
const citing = [...sources, ...documents].filter((file) => file !== 'test/docs/specification.test.ts');

const invariants = rows(INVARIANTS, 'I');
const defects = rows(DEFECTS, 'B');

/** Each place of a file where the pattern is found: its first group. */
function cited(pattern: RegExp): { file: string; number: string }[] {
  return citing.flatMap((file) => {
    const text = file.endsWith('.md') ? prose(read(file)) : read(file);
    return [...text.matchAll(pattern)].map((match) => ({ file, number: match[1] ?? '' }));
  });
}

const unresolved = (found: { file: string; number: string }[], known: { has(number: string): boolean }) =>
  found.filter(({ number }) => !known.has(number)).map(({ file, number }) => `${file} cites ${number}`);

/** A citation: the word, then numbers. */
const NUMBER = '(?:\\d+\\.\\d+a?|\\d+(?![\\d.]*\\w)|[A-C]\\.\\d+)';
const CITATION = new RegExp(
  `\\b(?:[Ss]pecification|spec|[Ss]ections?|[Aa]ppendix)[, ]*(?:sections? |appendix )?(${NUMBER}(?:(?:, and|,| and| to) ${NUMBER})*)`,
  'g',
);

function citedSections(): { file: string; number: string }[] {
  return cited(CITATION).flatMap(({ file, number }) =>
    number.split(/(?:, and|,| and| to) /).map((one) => ({ file, number: one })),
  );
}

describe('numbers that are cited', () => {
  it('are sections', () => {
    const found = citedSections();
    expect(found.length).toBeGreaterThan(40);
    expect(unresolved(found, sections())).toEqual([]);
  });

  it('are appendices', () => {
    const found = cited(/\b[Aa]ppendi(?:x|ces) ([A-Z])\b/g);
    expect(found.length).toBeGreaterThan(3);
    expect(unresolved(found, sections())).toEqual([]);
  });

  it('are invariants', () => {
    const found = cited(/\b(I\d{1,2})\b/g);
    expect(found.length).toBeGreaterThan(100);
    expect(unresolved(found, invariants)).toEqual([]);
  });

  it('are defects', () => {
    const found = cited(/\b(B\d{1,2})\b/g);
    expect(found.length).toBeGreaterThan(20);
    expect(unresolved(found, defects)).toEqual([]);
  });

  /** On the specification's own pages a number with a dot is a section, or the version of a kernel. */
  it('are sections on its own pages, where only kernels have such numbers too', () => {
    const kernels = /^(?:4\.[4-9]|4\.1\d|5\.\d+|6\.\d+)$/;
    const known = sections();
    const found = chapters.flatMap((page) =>
      [...prose(read(page)).matchAll(/(?<![\w.[-])(\d{1,2}\.\d{1,2}a?)(?![\w.]\w|\w)/g)].map((match) => ({
        file: page,
        number: match[1] ?? '',
      })),
    );
    expect(found.length).toBeGreaterThan(150);
    expect(unresolved(found, { has: (number) => known.has(number) || kernels.test(number) })).toEqual([]);
  });
});

describe('the index', () => {
  it('names every chapter, and every section once', () => {
    const index = read(`${FOLDER}/README.md`);
    for (const page of chapters)
      if (!page.endsWith('README.md')) expect(index).toContain(page.slice(FOLDER.length + 1));
    const numbers = chapters
      .flatMap((page) => headings(read(page)))
      .map((heading) => /^(\d+\.\d+a?) /.exec(heading)?.[1])
      .filter((number) => number !== undefined);
    expect(numbers.length).toBeGreaterThan(60);
    expect(new Set(numbers).size).toBe(numbers.length);
  });
});

describe('the invariants', () => {
  const checkers = files('native', /\/(?:check|rules)\/[\w-]+\.c$/);
  const quoted = (file: string) => new Set([...read(file).matchAll(/"(I\d+)\b/g)].map((match) => match[1] ?? ''));

  it('are the sentences that C and TypeScript have', () => {
    const table = [...read('native/abi/invariants.def').matchAll(/^INVARIANT\((\d+), "(.*)"\)$/gm)];
    expect(table.map(([, number, sentence]) => [`I${number}`, sentence])).toEqual(
      [...invariants].map(([number, [sentence]]) => [number, sentence]),
    );
    expect(table.map(([, number]) => Number(number))).toEqual(table.map((_, i) => i + 1));
  });

  it.each([...invariants.keys()])('%s is looked at by the files that it names, and by no other', (number) => {
    const named = paths(invariants.get(number)?.[1] ?? '');
    expect(named.length).toBeGreaterThan(0);
    expect(named).toEqual(checkers.filter((file) => quoted(file).has(number)));
  });

  it('have names too, which are in the files that look at them', () => {
    const named = [...read(INVARIANTS).matchAll(/^\| `([a-zA-Z ]+)` \| .* \| (.*) \|$/gm)];
    expect(named.length).toBeGreaterThan(10);
    for (const [, rule = '', cell = ''] of named) {
      expect(paths(cell).length, rule).toBeGreaterThan(0);
      for (const file of paths(cell)) expect(read(file), `${file}: ${rule}`).toContain(`"${rule}`);
    }
  });

  it('have no rule without a row', () => {
    expect(checkers.length).toBeGreaterThan(5);
    for (const file of checkers) for (const rule of quoted(file)) expect([...invariants.keys()], file).toContain(rule);
  });
});

describe('the defects', () => {
  it('are numbered from B1 on', () => {
    expect([...defects.keys()]).toEqual([...defects.keys()].map((_, i) => `B${i + 1}`));
    expect(defects.size).toBeGreaterThanOrEqual(15);
  });

  /** `test` in `file`, or files; or why there is none. */
  it.each([...defects.keys()])('%s is shown by a test that is there, or says why none can be', (number) => {
    const shown = defects.get(number)?.at(-1) ?? '';
    if (/^no test: \w/.test(shown)) return;
    const named = paths(shown);
    expect(named.length).toBeGreaterThan(0);
    for (const [, test = '', file = ''] of shown.matchAll(/`(\w+)` in `([\w./-]+)`/g))
      expect(read(file)).toContain(`TEST(${test}`);
    for (const file of named)
      expect(() => read(file.includes('/') ? file : `recordings/linux-4.7/${file}`)).not.toThrow();
  });
});

describe('later kernels', () => {
  it('have every field of struct profile', () => {
    const fields = [...read('native/core/linux/profile.h').matchAll(/^\s+(?:bool|u64|enum \w+) (\w+);/gm)].map(
      (match) => match[1] ?? '',
    );
    const text = read(`${FOLDER}/later-kernels.md`) + read('docs/fidelity.md');
    expect(fields.length).toBeGreaterThan(15);
    expect(fields.filter((field) => !new RegExp(`\\b${field}\\b`).test(text))).toEqual([]);
  });
});
