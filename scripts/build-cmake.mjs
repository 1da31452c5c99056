// SPDX-License-Identifier: GPL-2.0-only
// npm run build:cmake: the addon by cmake-js instead of node-gyp, in out/cmake/, and loads it to see that it works.
import { hasCommand, install, requireCompiler, requireNode } from './setup.mjs';
import { script, step } from './steps.mjs';

await script(async () => {
  requireNode();
  requireCompiler();
  if (!hasCommand('cmake')) throw new Failure('cmake is not installed (Debian, Ubuntu: apt-get install cmake).');
  await install();
  await step('compile the addon (cmake-js)', 'node_modules/.bin/cmake-js', ['compile', '--out', 'out/cmake/build']);
  await step('load it', process.execPath, ['-p', "require('./out/cmake/build/Release/s390_gmap.node').open.name"]);
});
