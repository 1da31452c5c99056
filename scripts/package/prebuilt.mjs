// SPDX-License-Identifier: GPL-2.0-only
// With a prebuild, however Node loads it: nothing is compiled, and a local build that does not even load is not looked at.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, step } from '../steps.mjs';
import { fails, packageIn, works } from './project.mjs';

const node = process.execPath;

export async function withPrebuild(cwd) {
  await works('use the prebuild', node, ['use.mjs'], { cwd });
  await commandLine(cwd);
  await waysToLoad(cwd);
  await permission(cwd);
  const local = join(packageIn(cwd), 'native/addon/build/Release');
  mkdirSync(local, { recursive: true });
  writeFileSync(join(local, 's390_gmap.node'), 'not a library');
  await works('prefer it to a local build', node, ['use.mjs'], { cwd });
}

async function commandLine(cwd) {
  const npx = ['--no-install', 's390-gmap'];
  await step('run its command line', 'npx', [...npx, '--version'], { cwd });
  const trace = join(packageIn(cwd), 'recordings/linux-4.7/b_alias.trace');
  await step('make a page with it', 'npx', [...npx, 'view', trace, '-o', 'page.html'], { cwd });
}

async function waysToLoad(cwd) {
  const required = "const { Machine } = require('s390-gmap'); new Machine().close(); console.log('works');";
  await works('require() it', node, ['--input-type=commonjs', '-e', required], { cwd });
  writeFileSync(
    join(cwd, 'workers.mjs'),
    `import { Worker } from 'node:worker_threads';
     import { once } from 'node:events';
     import 's390-gmap';
     const workers = [1, 2, 3].map(() => new Worker('./use.mjs', { stdout: true }));
     const ends = await Promise.all(workers.map((worker) => once(worker, 'exit')));
     if (ends.every(([status]) => status === 0)) console.log('works');`,
  );
  await works('use it in workers', node, ['workers.mjs'], { cwd });
}

/** What the error asks for is enough. */
async function permission(cwd) {
  const flag = ['--permission', '--experimental-permission'].find((one) =>
    process.allowedNodeEnvironmentFlags.has(one),
  );
  const own = [flag, '--no-warnings', `--allow-fs-read=${join(cwd, 'use.mjs')}`];
  const project = ['package.json', 'node_modules'].map((name) => `--allow-fs-read=${join(cwd, name)}`);
  const said = fails('node --permission', [...own, ...project, 'use.mjs'], { cwd });
  const asked = said.match(/--allow-[\w-]+(?:=\S+)?/g) ?? [];
  if (!asked.includes('--allow-addons')) throw new Failure(`node --permission: the error must name flags:\n${said}`);
  await works('node --permission, as it says', node, [...own, ...project.slice(0, 1), ...asked, 'use.mjs'], { cwd });
}
