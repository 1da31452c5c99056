// SPDX-License-Identifier: GPL-2.0-only
// npm run prebuild: a stripped addon for this platform in native/prebuilds/, which `npm pack` puts into the package.
import { join } from 'node:path';
import { nodeHeaders } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { install, requireCompiler, requireNode } from './setup.mjs';
import { isMain, root, script, step } from './steps.mjs';

/** Prebuilds the addon of the package in this directory. Takes a local build away: it compiles in the same place. */
export async function prebuild(directory) {
  // Not beside build/: there node-gyp-build would look into build/ first, and a fitting prebuild comes first here.
  const args = ['--napi', '--strip', '--tag-libc', '--out', 'native', '--target', process.versions.node];
  const [, nodedir] = nodeHeaders();
  await step('prebuild the addon', join(root, 'node_modules/.bin/prebuildify'), args, {
    cwd: directory,
    env: nodedir ? { npm_config_nodedir: nodedir } : {},
  });
}

if (isMain(import.meta.url)) {
  await script(async () => {
    requireNode();
    requireCompiler();
    await install();
    await prebuild(root);
    await buildExplorer();
  });
}
