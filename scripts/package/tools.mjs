// SPDX-License-Identifier: GPL-2.0-only
// What the tarball is tried with, and the repository does not need otherwise. Vite is there, since Vitest stands on it.
import { join } from 'node:path';
import { step } from '../steps.mjs';

export const versions = {
  '@vercel/nft': '1.11.5',
  '@yarnpkg/cli-dist': '4.18.1',
  esbuild: '0.28.2',
  jest: '30.5.2',
  pnpm: '12.21.0',
  postject: '1.0.0-alpha.6',
  webpack: '5.113.0',
  yarn: '1.22.22',
};

/** Installs them into a folder. Answers where a file of theirs is. */
export async function getTools(folder) {
  const packages = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact'];
  await step('get bundlers and package managers', 'npm', [...args, ...packages]);
  return (file) => join(folder, 'node_modules', file);
}
