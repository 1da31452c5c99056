// SPDX-License-Identifier: GPL-2.0-only
// docs/installing.md has the systems and the tools with which the package is tried, and no others.
import { describe, expect, it } from 'vitest';
import { read } from './markdown.js';

const script = (path: string) => import(new URL(`../../scripts/${path}`, import.meta.url).href) as Promise<unknown>;
const { targets } = (await script('targets.mjs')) as { targets: Record<string, { libc?: string }> };
const { runners } = (await script('trial-builds.mjs')) as {
  runners: Record<string, { emulator?: string; command: string[] }>;
};
const { versions } = (await script('package/tools.mjs')) as { versions: Record<string, string> };
const page = read('docs/installing.md');

/** How docs say that recordings run on a target; scripts/trial-builds.mjs does so. */
function howItRuns(name: string): string {
  const runner = runners[name];
  if (!runner) return 'no: built only';
  const [emulator] = runner.emulator === undefined ? runner.command : [runner.emulator];
  return emulator === undefined ? 'natively' : emulator === 'wine' ? 'under Wine' : 'under qemu-user';
}

describe('docs/installing.md', () => {
  it('has each system, and how it was run', () => {
    const rows = [...page.matchAll(/^\| [^|]+ \| `(\w+-\w+(?:-\w+)?)` \| ([^|]*)\| ([^|]+) \|$/gm)];
    const said = rows.map(([, name, libc = '', runs]) => [name, libc.split(' ')[0], runs]);
    expect(said).toEqual(Object.entries(targets).map(([name, { libc = '' }]) => [name, libc, howItRuns(name)]));
  });

  it('names the versions of the tools', () => {
    const called = { '@yarnpkg/cli-dist': 'yarn', jest: 'Jest' } as Record<string, string>;
    const others = ['@vercel/nft', 'postject'];
    const known = Object.entries(versions).map(([name, version]) => `${called[name] ?? name} ${version}`);
    const said = [...page.matchAll(/\b(esbuild|Jest|pnpm|webpack|yarn) (\d+(?:\.\d+)*)/g)].map(([text]) => text);
    expect(said.filter((text) => !known.some((one) => one === text || one.startsWith(`${text}.`)))).toEqual([]);
    for (const one of known.filter((text) => !others.some((name) => text.startsWith(name))))
      expect(
        said.some((text) => one.startsWith(text)),
        one,
      ).toBe(true);
  });
});
