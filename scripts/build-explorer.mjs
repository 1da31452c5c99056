// SPDX-License-Identifier: GPL-2.0-only
// npm run build:explorer: the page that `view` fills, dist/explorer.html. Packages of its own: explorer/package.json.
import { statSync } from 'node:fs';
import { build, isBuilt } from './build.mjs';
import { install } from './setup.mjs';
import { isMain, script, step } from './steps.mjs';

const page = 'dist/explorer.html';

/** Needs lib/generated/, which a build makes. */
export async function buildExplorer() {
  if (isBuilt) return;
  await install('explorer');
  await step('types of the explorer', 'npm', ['run', '-s', 'typecheck', '--prefix', 'explorer']);
  await step('build the explorer', 'npm', ['run', '-s', 'page', '--prefix', 'explorer']);
  console.log(`${page}: ${Math.round(statSync(page).size / 1000)} kB`);
}

if (isMain(import.meta.url)) {
  await script(async () => {
    await build();
    await buildExplorer();
  });
}
