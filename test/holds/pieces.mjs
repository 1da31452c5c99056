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
];
