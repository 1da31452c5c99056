// SPDX-License-Identifier: GPL-2.0-only
// What the README shows is what happens.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = readFileSync(join(root, 'README.md'), 'utf8');

function block(language: string): string {
  const text = readme.match(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's'))?.[1];
  if (text === undefined) throw new Error(`the README has no ${language} block`);
  return text;
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 's390-gmap-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('README', () => {
  it('prints what its comments say', () => {
    const code = block('js');
    const expected = [...code.matchAll(/\/\/ → (.*)/g)].map((match) => `${match[1]}\n`).join('');
    const entry = pathToFileURL(join(root, 'dist/index.js')).href;
    const printed = inFolder((folder) => {
      const file = join(folder, 'example.mjs');
      writeFileSync(file, code.replace("'s390-gmap'", JSON.stringify(entry)));
      return execFileSync(process.execPath, [file], { encoding: 'utf8' });
    });
    expect(printed).toBe(expected);
    expect(expected.split('\n').length).toBeGreaterThan(2);
  });

  it('shows what replay prints', () => {
    const shown = block('console').split(/^\$ .*\n/m);
    const recording = join(root, 'recordings/linux-4.7/b_alias.trace');
    const printed = inFolder((folder) => {
      const wrong = join(folder, 'wrong.trace');
      writeFileSync(wrong, readFileSync(recording, 'utf8').replace(/-EEXIST/g, '0'));
      return [recording, wrong].map((file) => {
        const cli = [join(root, 'dist/cli/main.js'), 'replay', file];
        try {
          return execFileSync(process.execPath, cli, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
        } catch (error) {
          return (error as { stdout: string }).stdout;
        }
      });
    });
    expect(printed[0]?.replace(`${root}`, '')).toBe(shown[1]);
    expect(printed[1]?.replace(/FAIL {2}\S*wrong/, 'FAIL  wrong')).toBe(shown[3]);
  });
});
