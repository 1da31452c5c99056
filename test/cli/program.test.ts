// SPDX-License-Identifier: GPL-2.0-only

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cli, recordingsDirectory, scratchDirectory, shell, startCli } from './cli.js';

const copy = scratchDirectory();
const HINT = "Try 's390-gmap --help', or 's390-gmap COMMAND --help'.";

describe('s390-gmap', () => {
  it('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await cli(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('--help lists the commands', async () => {
    const { status, stdout } = await cli(['--help']);
    expect(status).toBe(0);
    for (const command of ['replay', 'run', 'check']) expect(stdout).toContain(`\n  ${command} `);
  });

  it.each(['replay', 'run', 'check'])('%s --help says what it is for', async (command) => {
    const { status, stdout } = await cli([command, '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain(`Usage: s390-gmap ${command}`);
  });

  it.each([
    [[], 'Usage: s390-gmap'],
    [['frobnicate'], "error: unknown command 'frobnicate'"],
    [['repaly'], '(Did you mean replay?)'],
    [['replay'], "error: missing required argument 'paths'"],
    [['replay', '--wrong'], "error: unknown option '--wrong'"],
    [['replay', '--kernel'], "error: option '--kernel <name>' argument missing"],
    [['run'], "error: missing required argument 'program'"],
    [['run', 'a', 'b'], 'error: too many arguments'],
    [['check'], "error: missing required argument 'files'"],
  ])('%j is a usage error', async (args, message) => {
    const { status, stdout, stderr } = await cli(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(message);
    if (args.length > 0) expect(stderr).toContain(HINT);
  });

  it('says how to build the addon if it is not there', () => {
    const repository = fileURLToPath(new URL('../../', import.meta.url));
    for (const name of ['dist', 'package.json']) cpSync(join(repository, name), join(copy, name), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
    const main = join(copy, 'dist/cli/main.js');
    const run = (...args: string[]) => spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' });
    const { status, stderr } = run('replay', recordingsDirectory);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^error: s390-gmap: its native addon cannot be loaded .*\n {2}npx .* --directory [^\n]*\n$/);
    expect(stderr).toContain(copy);
  });

  it('ends quietly when nobody reads its output any more', () => {
    // `true` is gone long before Node has started, so every write finds nobody
    const recording = join(recordingsDirectory, 'linux-4.7', 'b_alias.trace');
    const { stdout, stderr } = shell(`$CLI replay '${recording}' | true; echo "\${PIPESTATUS[0]}"`);
    expect({ stdout, stderr }).toEqual({ stdout: '141\n', stderr: '' });
  });

  it('ends at once and quietly on Ctrl-C', async () => {
    const child = startCli(['run', '-']);
    let stderr = '';
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    // It waits for its input as soon as it has started.
    await setTimeout(1000);
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([null, 'SIGINT']);
    expect(stderr).toBe('');
  });
});
