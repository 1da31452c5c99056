// SPDX-License-Identifier: GPL-2.0-only
// Links between the pages lead somewhere: to a file that is there, and to a heading that is in it.
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { anchors, exists, pages, prose, read } from './markdown.js';

/** The targets of a page's links and pictures, but for those in the web. */
function targets(page: string): string[] {
  return [...prose(read(page)).matchAll(/\]\(([^()\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

function problem(page: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : posix.join(posix.dirname(page), path);
  if (!exists(file)) return `${page}: ${target}: there is no ${file}`;
  if (anchor === undefined || anchors(read(file)).has(anchor)) return undefined;
  return `${page}: ${target}: ${file} has no such heading`;
}

describe('links', () => {
  it.each(pages())('%s', (page) => {
    expect(
      targets(page)
        .map((target) => problem(page, target))
        .filter(Boolean),
    ).toEqual([]);
  });

  it('are there', () => {
    expect(pages().flatMap(targets).length).toBeGreaterThan(50);
    expect(problem('README.md', 'docs/none.md')).toMatch(/there is no docs\/none\.md/);
    expect(problem('README.md', 'docs/glossary.md#none')).toMatch(/no such heading/);
  });
});
