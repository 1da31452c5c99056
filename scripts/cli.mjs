// SPDX-License-Identifier: GPL-2.0-only
// npm run -s s390-gmap -- …: the command line of this repository, built first if it is not there yet.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { root } from './steps.mjs';

const main = `${root}dist/cli/main.js`;

function make(file, builder) {
  if (existsSync(file)) return;
  // What a build says must not get between a program and the output of the command.
  const { status } = spawnSync(process.execPath, [`${root}scripts/${builder}`], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}

make(main, 'build.mjs');
// Only what makes pages needs the explorer, which has packages of its own.
if (process.argv.some((word) => word === 'view' || word === '--view'))
  make(`${root}dist/explorer.html`, 'build-explorer.mjs');
// npm runs scripts in the root of the package; file names are meant from where npm was called.
process.chdir(process.env.INIT_CWD ?? '.');
process.argv[1] = main;
await import(main);
