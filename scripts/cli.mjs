// SPDX-License-Identifier: GPL-2.0-only
// npm run -s s390-gmap -- …: the command line of this repository, built first if it is not there yet.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { root } from './steps.mjs';

const main = `${root}dist/cli/main.js`;

if (!existsSync(main)) {
  // What a build says must not get between a program and the output of the command.
  const { status } = spawnSync(process.execPath, [`${root}scripts/build.mjs`], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
}
// npm runs scripts in the root of the package; file names are meant from where npm was called.
process.chdir(process.env.INIT_CWD ?? '.');
process.argv[1] = main;
await import(main);
