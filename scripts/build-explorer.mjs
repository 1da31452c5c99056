// SPDX-License-Identifier: GPL-2.0-only
// npm run build:explorer: the page that `view` fills, dist/explorer.html. Packages of its own: explorer/package.json.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { build } from './build.mjs';
import { isMain, script, step } from './steps.mjs';

const page = 'dist/explorer.html';

/** Needs lib/generated/, which a build makes. */
export async function buildExplorer() {
  if (!isInstalled())
    await step(
      'packages of the explorer',
      'npm',
      ['ci', '--prefix', 'explorer', '--no-audit', '--no-fund', '--ignore-scripts'],
      {
        hint: 'npm could not install the packages of explorer/package-lock.json: is the package registry within reach?',
      },
    );
  await step('types of the explorer', 'npm', ['run', '-s', 'typecheck', '--prefix', 'explorer']);
  await step('build the explorer', 'npm', ['run', '-s', 'page', '--prefix', 'explorer']);
  console.log(`${page}: ${Math.round(statSync(page).size / 1000)} kB`);
}

function isInstalled() {
  const installed = 'explorer/node_modules/.package-lock.json';
  if (!existsSync(installed)) return false;
  const packages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;
  const present = packages(installed);
  return Object.entries(packages('explorer/package-lock.json')).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

if (isMain(import.meta.url)) {
  await script(async () => {
    await build();
    await buildExplorer();
  });
}
