// SPDX-License-Identifier: GPL-2.0-only
// npm run test:package: packs, installs into empty folders as users' package managers do, and uses what was installed as users' tools do.
// Each idea is a file of scripts/package/.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { bundled } from './package/bundles.mjs';
import { sourcesOnly } from './package/compiled.mjs';
import { underJest } from './package/jest.mjs';
import { fromGit, withoutCompiler } from './package/managers.mjs';
import { withPrebuild } from './package/prebuilt.mjs';
import { installed, pack } from './package/project.mjs';
import { singleExecutable } from './package/single-executable.mjs';
import { getTools } from './package/tools.mjs';
import { prebuild } from './prebuild.mjs';
import { beside, root, script, step } from './steps.mjs';

await script(async () => {
  await build();
  await buildExplorer();
  const temporary = mkdtempSync(join(tmpdir(), 's390-gmap-'));
  const at = (name) => join(temporary, name);
  try {
    const [tool, tarball] = await beside(
      () => getTools(at('tools')),
      () => packWithPrebuild(temporary),
    );
    await withoutCompiler(tarball, temporary, tool);
    await fromGit(at('from-git'));
    const project = await installed('install with a prebuild', at('prebuilt'), tarball);
    await underJest(project, tool);
    await singleExecutable(project, at('single'), tool);
    await withPrebuild(project);
    await bundled(project, tool);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});

/** Tries the sources alone, too. Answers the tarball with the prebuild of this system. */
async function packWithPrebuild(temporary) {
  const sources = await pack('pack the sources', root, temporary);
  await sourcesOnly(sources, join(temporary, 'sources'));
  await step('unpack them', 'tar', ['-xzf', sources, '-C', temporary]);
  const unpacked = join(temporary, 'package');
  await prebuild(unpacked);
  return pack('pack the prebuild', unpacked, temporary);
}
