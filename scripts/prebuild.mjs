// SPDX-License-Identifier: GPL-2.0-only
// npm run prebuild: a stripped addon in prebuilds/ for this platform, which `npm pack` puts into the package.
import { nodeHeaders } from './build.mjs';
import { install, requireCompiler, requireNode } from './setup.mjs';
import { script, step } from './steps.mjs';

await script(async () => {
  requireNode();
  requireCompiler();
  await install();
  const [, nodedir] = nodeHeaders();
  await step(
    'prebuild the addon',
    'node_modules/.bin/prebuildify',
    ['--napi', '--strip', '--tag-libc', '--target', process.versions.node],
    {
      env: nodedir ? { npm_config_nodedir: nodedir } : {},
    },
  );
});
