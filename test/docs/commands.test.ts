// SPDX-License-Identifier: GPL-2.0-only
// The commands of README and docs can be run as they are printed: they name the command line as a clone has it, and
// options and scripts that there are.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../lib/cli/program.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: object;
  engines: { node: string };
};
const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const others = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'examples/README.md', 'recordings/README.md'];
const pages = [...others, ...docs.map((name) => `docs/${name}`)].map((name) => ({
  name,
  text: readFileSync(join(root, name), 'utf8'),
}));

const CLI = 'npm run -s s390-gmap -- ';

/** What is typed in the page's sessions: a line that ends in a backslash goes on. */
function typed(text: string): string[] {
  const blocks = [...text.matchAll(/```(?:console|sh)\n([\s\S]*?)```/g)].map(([, block = '']) =>
    block.replace(/\\\n\s*/g, ''),
  );
  return blocks.flatMap((block) => block.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : [])));
}

/** The words behind the command line's name, up to the shell's next word. */
function wordsOf(command: string): string[] {
  const words = command
    .replace(/\$\(.*?\)/g, '1')
    .replace(/[;|>#&]+/g, ' ; ')
    .split(/ +/)
    .filter((word) => word !== '');
  const end = words.indexOf(';');
  return end < 0 ? words : words.slice(0, end);
}

/** The options that a command does not have; those that only old spellings need count as none. */
function unknownOptions(command: Command, [word = '', ...rest]: readonly string[]): string[] {
  const sub = command.commands.find((candidate) => candidate.name() === word);
  if (sub) return unknownOptions(sub, rest);
  const visible = command
    .createHelp()
    .visibleOptions(command)
    .map((option) => [option.short, option.long]);
  return [word, ...rest].filter((given) => given.startsWith('-') && given !== '-' && !visible.flat().includes(given));
}

const program = await createProgram();

describe.each(pages)('$name', ({ text }) => {
  it('calls the command line as a clone has it', () => {
    for (const line of typed(text)) {
      const [, ...commands] = line.split(CLI);
      expect(line.replaceAll(CLI, '')).not.toMatch(/(^|&& |\| )s390-gmap /);
      for (const command of commands) {
        const words = wordsOf(command);
        expect(program.commands.map((known) => known.name())).toContain(words[0]);
        expect(unknownOptions(program, words), command).toEqual([]);
      }
    }
  });

  it('names scripts that there are', () => {
    for (const [, name = ''] of text.matchAll(/npm run (?:-s )?([a-z0-9:-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  });
});

it('README and package.json agree on the versions of Node', () => {
  const [long = '', current = ''] = engines.node.match(/[0-9]+\.[0-9]+/g) ?? [];
  expect(pages[0]?.text).toContain(`Node ^${long} or ≥ ${current}`);
});

it('there are commands', () => {
  expect(pages.flatMap(({ text }) => typed(text)).filter((line) => line.includes(CLI)).length).toBeGreaterThan(25);
});
