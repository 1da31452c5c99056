// SPDX-License-Identifier: GPL-2.0-only
// A program as one file (SEA of Node), with the addon inside.
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, step } from '../steps.mjs';
import { addonIn, works } from './project.mjs';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** The program that docs/installing.md shows. */
function shownProgram() {
  const [, program] = /```js\n(\/\/ main\.cjs\n.*?)```/s.exec(readFileSync(join(root, 'docs/installing.md'), 'utf8'));
  return program;
}

/** `project`: one with the package. */
export async function singleExecutable(project, folder, tool) {
  mkdirSync(folder);
  const node = process.execPath;
  const main = join(project, 'main.cjs');
  const [bundle, blob, config, program] = ['bundle.cjs', 'blob', 'config.json', 'program'].map((name) =>
    join(folder, name),
  );
  writeFileSync(main, shownProgram());
  const options = ['--bundle', '--platform=node', `--outfile=${bundle}`, '--log-level=warning'];
  await step('bundle a single executable', node, [tool('esbuild/bin/esbuild'), main, ...options]);
  const assets = { 's390-gmap.node': addonIn(project) };
  writeFileSync(config, JSON.stringify({ main: bundle, output: blob, disableExperimentalSEAWarning: true, assets }));
  await step('prepare it', node, ['--experimental-sea-config', config]);
  copyFileSync(node, program);
  chmodSync(program, 0o755);
  await step('put it into Node', node, [
    tool('postject/dist/cli.js'),
    program,
    'NODE_SEA_BLOB',
    blob,
    '--sentinel-fuse',
    FUSE,
  ]);
  await works('run it', program, [], { cwd: folder });
}
