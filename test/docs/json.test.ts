// SPDX-License-Identifier: GPL-2.0-only
// docs/json.md tells of each command that has --json, and names its type. That its sessions are what happens is npm run test:own-code's business.
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../lib/cli/program.js';
import { headings, read } from './markdown.js';

const page = read('docs/json.md');
const rows = [...page.matchAll(/^\| `(.*)` \| `(\w+)` \|$/gm)].map(([, command = '', type = '']) => ({
  command,
  type,
}));

/** The names of all commands that have it: `fuzz`, `fuzz minimize`. */
function commandsWithJson(command: Command, before = ''): string[] {
  return command.commands.flatMap((sub) => {
    const name = `${before}${sub.name()}`;
    const own = sub.options.some(({ long }) => long === '--json') ? [name] : [];
    return [...own, ...commandsWithJson(sub, `${name} `)];
  });
}

const commands = commandsWithJson(await createProgram());

describe('docs/json.md', () => {
  it('has a row and an example of each command with --json', () => {
    const named = new Set(rows.map(({ command }) => command.replace(/ [A-Z-].*/, '')));
    expect([...named].sort()).toEqual([...commands].sort());
    const examples = new Set(
      page
        .split(/^#+ /m)
        .flatMap((section) =>
          section.includes('--json\n') || /--json [|2]/.test(section) ? headings(`# ${section}`) : [],
        ),
    );
    for (const name of commands) expect(examples).toContain(name);
  });

  it('names types that s390-gmap/json exports', () => {
    const exported = [...read('lib/json/index.ts').matchAll(/^export type \{([^}]*)\}/gms)].flatMap(([, names = '']) =>
      names.split(',').map((name) => name.trim()),
    );
    for (const { type } of rows) expect(exported).toContain(type);
    expect(new Set(rows.map(({ type }) => type)).size).toBe(rows.length);
    expect(exported.filter((name) => name.endsWith('Json')).length).toBeGreaterThanOrEqual(rows.length);
  });
});
