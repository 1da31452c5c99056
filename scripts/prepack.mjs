// SPDX-License-Identifier: GPL-2.0-only
// npm runs this before `npm pack` and `npm publish`: what goes into the tarball is of the sources as they are, or this says what is missing.
import { build } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { writeManPage } from './man.mjs';
import { missingPrebuilds } from './prebuilt.mjs';
import { Failure, root, script } from './steps.mjs';

await script(async () => {
  await build();
  await buildExplorer();
  await writeManPage();
  const missing = missingPrebuilds(root);
  if (missing.length > 0)
    throw new Failure(
      `These prebuilds are not there, or are of other sources: ${missing.join(', ')}.\n` +
        `  npm run build:prebuilds -- ${missing.join(' ')}\n` +
        'makes them. `npm pack --ignore-scripts` packs what there is.',
    );
});
