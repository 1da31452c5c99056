// SPDX-License-Identifier: GPL-2.0-only
// Large traces, films, and arrays of the caller's size. See scripts/mutants.mjs.
export const holds = [
  {
    finding: 'scale 2',
    what: 'the lines above a difference are taken without a spread',
    file: 'lib/trace/compare.ts',
    from: 'return this.#before.flatMap((item) => printItem(item).slice(-CONTEXT_LINES)).slice(-CONTEXT_LINES);',
    to: `const lines: string[] = [];
    for (const item of this.#before) lines.push(...printItem(item));
    return lines.slice(-CONTEXT_LINES);`,
    test: 'test/trace/compare.test.ts',
  },
  {
    finding: 'scale 3',
    what: 'what only the first of two dumps has is added one by one',
    file: 'lib/inspect/print-ranges.ts',
    from: "for (const range of removed) changes.push({ sign: '-', range: withJson(range) });",
    to: "changes.push(...removed.map((range) => ({ sign: '-' as const, range: withJson(range) })));",
    test: 'test/inspect/30-ranges.test.ts',
  },
  {
    finding: 'scale 3',
    what: 'what only the second of two dumps has is added one by one',
    file: 'lib/inspect/print-ranges.ts',
    from: "for (const range of added) changes.push({ sign: '+', range: withJson(range) });",
    to: "changes.push(...added.map((range) => ({ sign: '+' as const, range: withJson(range) })));",
    test: 'test/inspect/30-ranges.test.ts',
  },
  {
    finding: 'scale 8',
    what: 'the items of a large trace are read again, not kept',
    file: 'lib/cli/trace/trace-file.ts',
    from: 'const KEPT_ITEMS = 10_000;',
    to: 'const KEPT_ITEMS = 1e9;',
    test: 'test/cli/pieces.test.ts',
    name: 'is checked, run, and replayed with a small heap',
  },
  {
    finding: 'scale 8',
    what: 'a thousand items are executed and decoded at a time',
    file: 'lib/trace/replay.ts',
    from: 'const PIECE_ITEMS = 1000;',
    to: 'const PIECE_ITEMS = 1e9;',
    test: 'test/cli/pieces.test.ts',
    name: 'is checked, run, and replayed with a small heap',
  },
  {
    finding: 'scale 8',
    what: 'standard input is copied into a file without a name',
    file: 'lib/files/pieces.ts',
    from: '    rmSync(path);\n',
    to: '',
    test: 'test/cli/pieces.test.ts',
    name: 'is nowhere to be seen',
  },
  {
    finding: 'scale 7',
    what: 'a line that has no end is refused, and not called something else',
    file: 'lib/cli/trace/trace-reader.ts',
    from: 'if (this.#splitter.rest > LONGEST_LINE)',
    to: 'if (this.#splitter.rest > 2 ** 40)',
    test: 'test/cli/pieces.test.ts',
    name: 'refuses a line that has no end',
  },
];
