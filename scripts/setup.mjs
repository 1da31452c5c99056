// SPDX-License-Identifier: GPL-2.0-only
// What has to be there before anything can be built: Node, a compiler, and the packages of package-lock.json.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Failure, step } from './steps.mjs';

/** Fails unless this Node is one that package.json's "engines" allows. */
export function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return;
  throw new Failure(
    `s390-gmap needs Node 20.19 or later, 22.12 or later, or anything above; this is ${process.version}.\n` +
      'Install a newer one, for example from https://nodejs.org/.',
  );
}

/** Fails, saying what to install, unless everything that node-gyp calls is there. */
export function requireCompiler() {
  const tools = {
    'a C compiler': process.env.CC ?? 'cc',
    'a C++ compiler (it links the addon)': process.env.CXX ?? 'c++',
    make: 'make',
    python3: 'python3',
  };
  const missing = Object.entries(tools).filter(([, command]) => !hasCommand(command));
  if (missing.length === 0) return;
  throw new Failure(
    `The addon is built on this machine, and these are missing: ${missing.map(([what]) => what).join(', ')}.\n` +
      '  Debian, Ubuntu:  apt-get install build-essential python3\n' +
      '  Fedora, RHEL:    dnf install gcc-c++ make python3\n' +
      '  Alpine:          apk add build-base python3\n' +
      '  macOS:           xcode-select --install',
  );
}

/** Whether `command --version` runs. CC and CXX may carry arguments ("ccache gcc"). */
export function hasCommand(command) {
  const [name, ...args] = command.split(' ');
  return spawnSync(name, [...args, '--version'], { stdio: 'ignore' }).status === 0;
}

/** Installs the packages of a folder's package-lock.json unless they are there already. */
export async function install(folder = '.') {
  if (isInstalled(folder)) return;
  const title = folder === '.' ? 'install packages' : `install packages of ${folder}`;
  // Nothing that this package depends on needs a script to be installed, and its own one builds: whoever installs here does that.
  await step(title, 'npm', ['ci', '--ignore-scripts', '--prefix', folder, '--no-audit', '--no-fund'], {
    hint: `npm could not install the packages of ${folder}/package-lock.json: is the package registry within reach?`,
  });
}

// npm keeps what it installed in node_modules/.package-lock.json; optional packages are there only where they fit.
function isInstalled(folder) {
  const installed = `${folder}/node_modules/.package-lock.json`;
  if (!existsSync(installed)) return false;
  const present = readJson(installed).packages;
  return Object.entries(readJson(`${folder}/package-lock.json`).packages).every(
    ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
  );
}

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));
