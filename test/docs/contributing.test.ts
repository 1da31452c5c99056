// SPDX-License-Identifier: GPL-2.0-only
// CONTRIBUTING.md names files that there are, and all that scripts/rows.mjs changes to add an operation or a kernel: that this is enough, a step
// of CI tries.
import { expect, it } from 'vitest';
import { exists, read } from './markdown.js';

const page = read('CONTRIBUTING.md');
const section = (title: string) => page.split('\n## ').find((part) => part.startsWith(`${title}\n`)) ?? '';

it.each([
  ['an operation', 'Adding an operation'],
  ['a kernel', 'Adding a kernel'],
])('has the files that %s changes', async (name, title) => {
  const { rows } = (await import(new URL('../../scripts/rows.mjs', import.meta.url).href)) as {
    rows: readonly { name: string; edits: object }[];
  };
  const files = Object.keys(rows.find((row) => row.name === name)?.edits ?? {});
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) expect(section(title)).toContain(`\`${file}\``);
});

it.each(['CONTRIBUTING.md', 'SECURITY.md', 'recordings/README.md'])('%s names files that there are', (name) => {
  const paths = [...read(name).matchAll(/`((?:\w[\w-]*\/)+[\w.-]*)`/g)].map((match) => match[1] ?? '');
  for (const path of paths) expect(exists(path) || exists(`recordings/${path}`), path).toBe(true);
});
