// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, placePrograms } from '../../lib/cli/places.js';
import { packageRoot } from '../../lib/package-root.js';
import { traceText } from '../trace/recordings.js';
import { environment, scratchDirectory } from './cli.js';

const scratch = scratchDirectory();

/** Two folders with recordings of one name, which fail at different calls. */
for (const [folder, address] of [
  ['a', '0x200000'],
  ['b', '0x300000'],
] as const) {
  mkdirSync(join(scratch, folder, 'deep'), { recursive: true });
  const text = traceText('gmap_alloc(mm0, 0x0) = g0', `gmap_fault(g0, ${address}, 0x1) = 0`);
  writeFileSync(join(scratch, folder, 'x.trace'), text);
  writeFileSync(join(scratch, folder, 'deep', `${folder}.trace`), text);
}
const at = (path: string) => join(scratch, path);
const namesOf = (...paths: string[]) => placePrograms(paths.map(at)).map(({ name }) => name);

describe('placePrograms', () => {
  it('keeps places below a folder', () => {
    expect(namesOf('a')).toEqual(['deep/a.trace', 'x.trace']);
    expect(namesOf('a/x.trace', 'b/deep')).toEqual(['x.trace', 'b.trace']);
  });

  it('gives no name twice: places are those below the folder that all have in common', () => {
    expect(namesOf('a', 'b')).toEqual(['a/deep/a.trace', 'a/x.trace', 'b/deep/b.trace', 'b/x.trace']);
    expect(namesOf('a/x.trace', 'b/x.trace')).toEqual(['a/x.trace', 'b/x.trace']);
  });

  it('what would be the same file all the same is refused', () => {
    const twice = placePrograms([at('a/x.trace'), at('a/x.trace')]);
    expect(() => filesIn('out', twice)).toThrow(`${at('a/x.trace')} and ${at('a/x.trace')} would both be out/x.trace`);
    const same = [
      { program: 'x', name: 'x' },
      { program: 'x.trace', name: 'x.trace' },
    ];
    expect(() => filesIn('out', same, (name) => `${name.replace('.trace', '')}.html`)).toThrow('x and x.trace');
  });
});

describe('replay --view', () => {
  it('makes a page for each recording that fails, whatever its name', () => {
    // The package with an explorer that shows nothing but the film.
    const copy = at('package');
    mkdirSync(copy);
    for (const name of ['node_modules', 'build', 'native', 'package.json'])
      symlinkSync(join(packageRoot, name), join(copy, name));
    cpSync(join(packageRoot, 'dist'), join(copy, 'dist'), { recursive: true });
    writeFileSync(join(copy, 'dist/explorer.html'), '"__FILM__"');
    const replay = (...args: string[]) =>
      spawnSync(process.execPath, [join(copy, 'dist/cli/main.js'), 'replay', ...args], {
        cwd: scratch,
        env: environment(),
        encoding: 'utf8',
      });
    const { stdout, stderr, status } = replay('a', 'b', '--view', 'out');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    const pages = ['out/a/deep/a.html', 'out/a/x.html', 'out/b/deep/b.html', 'out/b/x.html'];
    expect(stdout).toContain(`0 passed, 4 failed\n${pages.map((page) => `see ${page}\n`).join('')}`);
    for (const page of pages) {
      const { source } = JSON.parse(readFileSync(at(page), 'utf8')) as { source: string };
      expect(source).toBe(page.replace('out/', '').replace('.html', '.trace'));
    }
    // What was replayed is told before the pages are made.
    const unwritten = replay('a', '--view', '/dev/null');
    expect(unwritten.status).toBe(2);
    expect(unwritten.stdout).toMatch(/0 passed, 2 failed\n$/);
    expect(unwritten.stderr).toMatch(/^error: cannot make the folder \/dev\/null/);
    expect(replay('a/x.trace', 'a/x.trace', '--view', 'never')).toMatchObject({ status: 2, stdout: '' });
    expect(readdirSync(scratch)).not.toContain('never');
    // A page shows the name as terminals do.
    cpSync(at('a/x.trace'), at('\x1b[31m.trace'));
    expect(replay('\x1b[31m.trace', '--view', 'shown').stdout).toContain('see shown/\\x1b[31m.html\n');
    expect(JSON.parse(readFileSync(at('shown/\x1b[31m.html'), 'utf8'))).toMatchObject({ source: '\\x1b[31m.trace' });
  });
});
