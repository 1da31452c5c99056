// SPDX-License-Identifier: GPL-2.0-only
/** Deviations from Linux: each is marked in the code, as `Left out: what.`, and is a row of docs/fidelity.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const KINDS = ['Left out', 'Otherwise', 'Ours'];

/** Lines such as `Ours: blank pages, in storage.h`, sorted. */
const lines = (marks: Iterable<readonly [kind: string, what: string, file: string]>) =>
  [...new Set([...marks].map(([kind, what, file]) => `${kind}: ${what}, in ${file}`))].sort();

function* marksInCode() {
  const folder = join(root, 'native/core');
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) =>
    /^(?!test\/).*\.[ch]$/.test(file),
  );
  for (const file of files) {
    const comments = readFileSync(join(folder, file), 'utf8').match(/\/\*[\s\S]*?\*\//g) ?? [];
    const text = comments.map((comment) => comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ')).join('\n');
    for (const [, kind = '', what = ''] of text.matchAll(/(Left out|Otherwise|Ours): ([^.]+)\./g))
      yield [kind, what, basename(file)] as const;
  }
}

function* rowsOfPage() {
  const [, section = ''] = readFileSync(join(root, 'docs/fidelity.md'), 'utf8').split('\n## Deviations\n');
  for (const kind of KINDS) {
    const [, part = ''] = section.split(`\n### ${kind}\n`);
    for (const [, what = '', where = ''] of (part.split('\n#')[0] ?? '').matchAll(
      /^\| ([^|]+) \| ((?:`[\w.]+`(?:, )?)+) \|/gm,
    ))
      for (const [, file = ''] of where.matchAll(/`([\w.]+)`/g)) yield [kind, what, file] as const;
  }
}

describe('deviations from Linux', () => {
  it('are the same in the code and in docs/fidelity.md', () => {
    const inCode = lines(marksInCode());
    expect(inCode.length).toBeGreaterThan(30);
    expect(lines(rowsOfPage())).toEqual(inCode);
  });
});
