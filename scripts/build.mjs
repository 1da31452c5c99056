// SPDX-License-Identifier: GPL-2.0-only
// npm run build: packages, lib/generated/, the addon in build/Release/, and dist/. Does only what is not done yet.
import { existsSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { missingPrebuilds, prebuildOf } from './prebuilt.mjs';
import { install, requireCompiler, requireNode } from './setup.mjs';
import { beside, isMain, root, script, step } from './steps.mjs';
import { ownTarget, targets } from './targets.mjs';

/** CI builds its folder once, before steps that run beside each other read it. Another folder, as npm's copy of it, is not built by that. */
export const isBuilt = process.env.S390_GMAP_BUILT_FOLDER === resolve(root);

/** Builds everything that a script of this repository runs. */
export async function build() {
  if (isBuilt) return;
  requireNode();
  requireCompiler();
  await install();
  await step('generate lib/generated/', process.execPath, ['scripts/generate-abi.mjs']);
  await beside(compileAddon, compileTypeScript);
}

const compileTypeScript = () =>
  step('compile TypeScript', process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json']);

async function compileAddon() {
  dropOldPrebuild();
  if (!isConfigured()) await nodeGyp('configure the addon', ['configure']);
  await nodeGyp('compile the addon', ['build', '--jobs', 'max']);
}

/** The loader prefers a prebuild to a local build: one of an older state of the sources must not hide this build. */
function dropOldPrebuild() {
  const name = ownTarget();
  if (name === undefined)
    rmSync(`native/prebuilds/${process.platform}-${process.arch}`, { recursive: true, force: true });
  else if (missingPrebuilds('.').includes(name)) rmSync(prebuildOf('.', targets[name]), { force: true });
}

// make sees when a source changed, but not when binding.gyp or a list of sources did.
function isConfigured() {
  const written = modified('build/Makefile');
  const lists = ['native/sources.txt', 'native/fuzz/sources.txt', 'native/addon/sources.txt'];
  return ['binding.gyp', 'native/addon/addon.gypi', ...lists].every((path) => modified(path) < written);
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

const nodeGyp = (title, args) =>
  step(title, process.execPath, ['node_modules/node-gyp/bin/node-gyp.js', ...args, ...nodeHeaders()], {
    hint:
      'If Node was changed since the last build: delete build/ and try again. The headers of Node are taken from the\n' +
      'directory in npm_config_nodedir, from where Node is installed, or from nodejs.org.',
  });

// Most installations of Node bring their headers along; then node-gyp need not download any.
export function nodeHeaders() {
  const prefix = dirname(dirname(process.execPath));
  const own = existsSync(join(prefix, 'include', 'node', 'common.gypi'));
  return own && !process.env.npm_config_nodedir ? ['--nodedir', prefix] : [];
}

if (isMain(import.meta.url)) await script(build);
