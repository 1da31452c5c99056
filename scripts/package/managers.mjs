// SPDX-License-Identifier: GPL-2.0-only
// Package managers, on a machine without a compiler. npm ci compiled where it saw a binding.gyp, whatever package.json said, and
// yarn 1 did so at once.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, step } from '../steps.mjs';
import { environment, makeProject, replays, works } from './project.mjs';

/** A PATH with what package managers need, and nothing that compiles. */
function pathWithoutCompiler(folder) {
  mkdirSync(folder);
  const find = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).stdout.trim();
  for (const command of ['node', 'npm', 'npx', 'sh', 'env', 'git', 'uname', 'sed', 'dirname', 'readlink', 'ls'])
    if (find(command).startsWith('/')) symlinkSync(find(command), join(folder, command));
  return { ...environment, PATH: folder };
}

export async function withoutCompiler(tarball, temporary, tool) {
  const env = pathWithoutCompiler(join(temporary, 'bin'));
  await byNpm(tarball, join(temporary, 'npm'), env);
  await byYarn1(tarball, join(temporary, 'yarn1'), env, tool);
  await byPnp(tarball, join(temporary, 'pnp'), env, tool);
  await byPnpm(tarball, join(temporary, 'pnpm'), env, tool);
}

async function byNpm(tarball, folder, env) {
  const options = { cwd: makeProject(folder), env };
  await step('npm install without a compiler', 'npm', ['install', '--no-audit', '--no-fund', tarball], options);
  rmSync(join(folder, 'node_modules'), { recursive: true });
  await step('npm ci without a compiler', 'npm', ['ci', '--no-audit', '--no-fund'], options);
  await works('use it after npm ci', process.execPath, ['use.mjs'], options);
  await replays('replay after npm ci', options);
}

async function byYarn1(tarball, folder, env, tool) {
  const options = { cwd: makeProject(folder), env };
  const add = [tool('yarn/bin/yarn.js'), '--cache-folder', `${folder}-cache`, '--silent', 'add', `file:${tarball}`];
  await step('yarn 1 without a compiler', process.execPath, add, options);
  await works('use it after yarn 1', process.execPath, ['use.mjs'], options);
  await replays('replay after yarn 1', options);
}

/** There is no node_modules: yarn 4 tells Node where packages are. */
async function byPnp(tarball, folder, env, tool) {
  const registry = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).stdout.trim();
  const settings = {
    YARN_ENABLE_GLOBAL_CACHE: 'false',
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
    YARN_ENABLE_TELEMETRY: 'false',
    YARN_GLOBAL_FOLDER: `${folder}-global`,
    YARN_NPM_REGISTRY_SERVER: registry,
  };
  const options = { cwd: makeProject(folder), env: { ...env, ...settings } };
  // Without one of its own it would belong to a project above.
  writeFileSync(join(folder, 'yarn.lock'), '');
  const yarn = tool('@yarnpkg/cli-dist/bin/yarn.js');
  await step('yarn 4 without a compiler', process.execPath, [yarn, 'add', `s390-gmap@file:${tarball}`], options);
  await works('use it with Plug and Play', process.execPath, [yarn, 'node', 'use.mjs'], options);
}

async function byPnpm(tarball, folder, env, tool) {
  const options = { cwd: makeProject(folder), env };
  const add = [tool('pnpm/bin/pnpm.mjs'), 'add', '--store-dir', `${folder}-store`, tarball];
  await step('pnpm without a compiler', process.execPath, add, options);
  await works('use it after pnpm', process.execPath, ['use.mjs'], options);
}

/** Out of the repository, which has nothing that is built: as it was committed. */
export async function fromGit(folder) {
  const options = { cwd: makeProject(folder), env: environment };
  const install = ['install', '--no-audit', '--no-fund', `git+file://${root}`];
  await step('npm install git+file://', 'npm', install, options);
  await works('use it out of the repository', process.execPath, ['use.mjs'], options);
  await replays('replay out of the repository', options);
}
