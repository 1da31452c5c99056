// SPDX-License-Identifier: GPL-2.0-only
// The man page that packing makes: every command, argument and option is in it, and mandoc reads it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { allCommands, factsOf } from '../../lib/cli/completion/facts.js';
import { createProgram } from '../../lib/cli/program.js';
import { cli } from './cli.js';

const { manPage } = (await import(new URL('../../scripts/man.mjs', import.meta.url).href)) as {
  manPage(): Promise<string>;
};
const page = await manPage();
const commands = allCommands(factsOf(await createProgram())).filter(({ name }) => name !== 'help');

/** As a terminal shows it, in one line: a letter is bold by a backspace and the letter again. */
const shown = (text: string) =>
  text
    .split('\b')
    .map((part, i, parts) => (i < parts.length - 1 ? part.slice(0, -1) : part))
    .join('')
    .replace(/\s+/g, ' ');
const hasMandoc = spawnSync('mandoc', ['-T', 'lint'], { input: '' }).error === undefined;

describe('the man page', () => {
  it('has a section of each command, with its arguments and options', () => {
    const sections = new Map(
      page.split(/^\.SS "/m).map((section) => [section.replace(/["[<].*/s, '').trim(), section]),
    );
    for (const { path, arguments: args, options } of commands.slice(1)) {
      const section = sections.get(path.replaceAll('-', '\\-')) ?? '';
      const own = options.filter(({ flags }) => !flags.includes('--help'));
      for (const { usage } of [...args, ...own])
        expect(section, path).toContain(`\n.B ${usage.replaceAll('-', '\\-')}\n`);
    }
    expect(sections.size).toBe(commands.length);
  });

  it('says what help says behind the options', () => {
    expect(page).toContain('s390\\-gmap fuzz \\-\\-corpus corpus \\-\\-jobs 4         goes on where the corpus is');
  });

  it('is where npm links it', () => {
    const { man } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      man: unknown;
    };
    // Of a string npm 11 makes no link.
    expect(man).toEqual(['./dist/s390-gmap.1']);
  });

  it('says nothing of who packed it', () => {
    expect(page).not.toContain(homedir());
    expect(page).not.toMatch(/[0-9] CPUs/);
  });

  // CI installs it.
  it.skipIf(!hasMandoc && process.env.CI === undefined)('is read by mandoc without an error', async () => {
    expect(spawnSync('mandoc', ['-T', 'lint', '-W', 'error'], { input: page, encoding: 'utf8' }).stdout).toBe('');
    const text = shown(spawnSync('mandoc', ['-T', 'utf8'], { input: page, encoding: 'utf8' }).stdout);
    const { stdout } = await cli(['--version']);
    expect(text).toContain(`s390-gmap ${stdout.trim()}`);
    for (const { path } of commands) expect(text).toContain(path);
    expect(text).toContain("The kernel's types, where a dump has none in it: BTF, or an ELF file with a section .BTF.");
  });
});
