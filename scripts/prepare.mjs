// SPDX-License-Identifier: GPL-2.0-only
// npm runs this where the package is installed out of its repository (npm install git+https://…), and after `npm install` in a clone: what
// a tarball has is built, the addon for this system.
import { build } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { writeManPage } from './man.mjs';
import { prebuild } from './prebuild.mjs';
import { missingPrebuilds } from './prebuilt.mjs';
import { root, script } from './steps.mjs';
import { ownTarget } from './targets.mjs';

await script(async () => {
  await build();
  await buildExplorer();
  await writeManPage();
  const name = ownTarget();
  if (name === undefined || missingPrebuilds(root).includes(name)) await prebuild(root);
});
