// SPDX-License-Identifier: GPL-2.0-only
// The shells themselves say what they offer.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { allCommands, factsOf } from '../../lib/cli/completion/facts.js';
import { createProgram } from '../../lib/cli/program.js';
import { kernelNames } from '../../lib/trace/kernel.js';
import { cli, environment, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();
/** What a shell has to offer where a file is wanted. */
const folder = join(scratch, 'here');
const script = (shell: string) => join(scratch, `completion.${shell}`);
const driver = (shell: string) => fileURLToPath(new URL(`./shells/complete.${shell}`, import.meta.url));

interface Shell {
  readonly name: 'bash' | 'zsh' | 'fish';
  /** The command that offers what can follow a line. */
  readonly ask: (line: string) => readonly string[];
}

const shells: readonly Shell[] = [
  { name: 'bash', ask: (line) => [driver('bash'), script('bash'), ...line.split(' ')] },
  { name: 'zsh', ask: (line) => ['-f', driver('zsh'), script('zsh'), line] },
  { name: 'fish', ask: (line) => ['--no-config', driver('fish'), script('fish'), line] },
];

const program = factsOf(await createProgram());
const commandsOf = (path: string) =>
  (allCommands(program).find((command) => command.path === path)?.commands ?? []).map(({ name }) => name);

const FILES = ['a.trace', 'folder'];

/** What is offered behind the line; a shell may offer options beside it where nothing stands yet. */
const offers: readonly (readonly [line: string, words: readonly string[]])[] = [
  ['s390-gmap ', commandsOf('s390-gmap')],
  ['s390-gmap ker', ['kernel']],
  ['s390-gmap kernel ', commandsOf('s390-gmap kernel')],
  ['s390-gmap kernel in', ['install']],
  ['s390-gmap help re', ['replay', 'repl']],
  ['s390-gmap completion ', ['bash', 'zsh', 'fish']],
  ['s390-gmap compare --obs', ['--observer']],
  ['s390-gmap compare --strict --observer ', ['dump', 'model']],
  ['s390-gmap replay x --kernel ', kernelNames],
  // a value is no command
  ['s390-gmap fuzz --corpus merge ', commandsOf('s390-gmap fuzz')],
  ['s390-gmap fuzz merge --ker', ['--kernel']],
  ['s390-gmap run ', FILES],
  ['s390-gmap view --output ', FILES],
  // a name is no file
  ['s390-gmap run --code ', []],
];

function offered({ name, ask }: Shell, line: string): string[] {
  const { stdout, stderr } = spawnSync(name, ask(line), { cwd: folder, encoding: 'utf8', env: environment() });
  expect(stderr).toBe('');
  const words = stdout.split('\n').filter((word) => word !== '');
  return words.flatMap((word) => (word === 'files' ? FILES : [word.replace(/\/$/, '')]));
}

const isThere = ({ name }: Shell) => spawnSync(name, ['--version']).status === 0;

beforeAll(async () => {
  mkdirSync(join(folder, 'folder'), { recursive: true });
  writeFileSync(join(folder, 'a.trace'), '');
  for (const { name } of shells) writeFileSync(script(name), (await cli(['completion', name])).stdout);
});

// CI installs them all.
describe.each(shells)('s390-gmap completion $name', (shell) => {
  it.skipIf(!isThere(shell) && process.env.CI === undefined).each(offers)('%s', (line, words) => {
    expect(offered(shell, line).sort()).toEqual([...words].sort());
  });
});

it('has every option of every command', async () => {
  for (const { name } of shells) {
    const { stdout } = await cli(['completion', name]);
    for (const { path, options } of allCommands(program))
      for (const flag of options.flatMap(({ flags }) => flags)) {
        const where =
          name === 'fish' ? new RegExp(`'__s390_gmap_at ${path}'.* -[ls] ${flag.replace(/^-+/, '')} `) : flag;
        expect(stdout).toMatch(where);
      }
  }
});

it('refuses other shells', async () => {
  expect(await cli(['completion', 'sh'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Allowed choices are bash, zsh, fish.'),
  });
});
