// SPDX-License-Identifier: GPL-2.0-only
// docs/testing.md has the steps of CI and the long checks as they are.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/testing.md');
const { steps, budget } = JSON.parse(read('.ci/steps.json')) as {
  steps: { title: string; command: string }[];
  budget: { seconds: number; later: Record<string, number> };
};

describe('docs/testing.md', () => {
  it.each(steps)('has the step "$title" and its command', ({ title, command }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| ${title} |`));
    expect(row).toBeDefined();
    // The one that is too long for a table stands alone.
    expect(row?.includes(`| \`${command}\` |`) || page.includes(`\n${command}\n`)).toBe(true);
  });

  it('has no step that CI has not', () => {
    const section = page.split('\n## ').find((part) => part.startsWith('CI\n')) ?? '';
    const titles = [...section.matchAll(/^\| ([^|]+) \| [^|]+ \| [^|]*\|$/gm)].map(([, title]) => title);
    expect(new Set(titles)).toEqual(new Set(['step', ...steps.map(({ title }) => title)]));
  });

  it('has the budget', () => {
    expect(page).toContain(`${budget.seconds / 60} minutes on two cores`);
    const flat = page.replaceAll('\n', ' ');
    for (const [name, seconds] of Object.entries(budget.later)) expect(flat).toContain(`${name} ${seconds} s`);
  });

  it('has the long checks', () => {
    const modules = readdirSync(new URL('../../scripts/long', import.meta.url)).map((file) =>
      read(`scripts/long/${file}`),
    );
    const names = modules.flatMap((text) => /^ {2}name: '([a-z-]+)',$/m.exec(text)?.[1] ?? []);
    expect(names.length).toBeGreaterThan(3);
    for (const name of names) expect(page).toContain(`\n| \`${name}\` | `);
  });
});
