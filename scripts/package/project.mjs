// SPDX-License-Identifier: GPL-2.0-only
// What the tests of the tarball share: projects of users, and whether the package works in them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHeaders } from '../build.mjs';
import { Failure, step } from '../steps.mjs';
import { ownLibc } from '../targets.mjs';

/** Loads everything that a program can import, and makes a machine. */
const use = `
  import { Machine } from 's390-gmap';
  import * as raw from 's390-gmap/raw';
  import * as kernel from 's390-gmap/kernel';
  import * as inspect from 's390-gmap/inspect';
  import * as dump from 's390-gmap/dump';
  import * as fuzz from 's390-gmap/fuzz';
  for (const module of [raw, kernel, inspect, dump, fuzz])
    if (Object.keys(module).length === 0) throw new Error('a module exports nothing');
  new Machine().close();
  console.log('works');
`;

const [, nodedir] = nodeHeaders();
/** npx asks before it downloads node-gyp. */
export const environment = { npm_config_yes: 'true', ...(nodedir ? { npm_config_nodedir: nodedir } : {}) };

/** A folder with the program use.mjs. Answers the folder. */
export function makeProject(folder) {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "private": true }\n');
  writeFileSync(join(folder, 'use.mjs'), use);
  return folder;
}

/** A project that npm has put the package into. */
export async function installed(title, folder, tarball) {
  makeProject(folder);
  await step(title, 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], { cwd: folder });
  return folder;
}

export const packageIn = (folder) => join(folder, 'node_modules/s390-gmap');

/** The prebuilt addon of this system. */
export function addonIn(folder) {
  const { platform, arch } = process;
  const name = platform === 'linux' ? `s390-gmap.${ownLibc()}.node` : 's390-gmap.node';
  return join(packageIn(folder), 'native/prebuilds', `${platform}-${arch}`, name);
}

/** Runs a program that must say that it works. */
export async function works(title, command, args, options) {
  const output = await step(title, command, args, options);
  if (!/^works$/m.test(output)) throw new Failure(`${title}: it does not say that it works:\n${output}`);
}

/** Runs Node, which must fail. Answers what it says. */
export function fails(title, args, { cwd, env = {} }) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (status === 0) throw new Failure(`${title}: it must fail, and said:\n${stdout}`);
  return stdout + stderr;
}

/** Replays all that the package has, without anything having been compiled. */
export async function replays(title, { cwd, env }) {
  const folder = packageIn(cwd);
  for (const built of ['build', 'native/addon/build'])
    if (existsSync(join(folder, built))) throw new Failure(`${title}: something was compiled: ${built} is there.`);
  const recordings = join(folder, 'recordings');
  const count = readdirSync(recordings, { recursive: true }).filter((name) => name.endsWith('.trace')).length;
  if (count < 300) throw new Failure(`${title}: the package has ${count} recordings.`);
  const output = await step(title, process.execPath, [join(folder, 'dist/cli/main.js'), 'replay', recordings], {
    cwd,
    env,
  });
  const last = output.trim().split('\n').at(-1);
  if (last !== `${count} passed, 0 failed`) throw new Failure(`${title}: ${last}`);
}

/** What there is: not the prebuilds of all targets. Answers the tarball. */
export async function pack(title, packageFolder, to) {
  const args = ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', to];
  const output = await step(title, 'npm', args, { cwd: packageFolder });
  return join(to, JSON.parse(output.slice(output.indexOf('[')))[0].filename);
}
