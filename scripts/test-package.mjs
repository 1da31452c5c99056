// SPDX-License-Identifier: GPL-2.0-only
// npm run test:package: packs, installs into empty folders without install scripts, and uses what was installed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, nodeHeaders } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { prebuild } from './prebuild.mjs';
import { Failure, root, script, step } from './steps.mjs';

const use = `
  import { Machine } from 's390-gmap';
  import * as raw from 's390-gmap/raw';
  new Machine().close();
  if (Object.keys(raw).length === 0) throw new Error('s390-gmap/raw exports nothing');
`;
const [, nodedir] = nodeHeaders();
// npx asks before it downloads node-gyp.
const env = { npm_config_yes: 'true', ...(nodedir ? { npm_config_nodedir: nodedir } : {}) };

async function pack(title, packageDir, to) {
  const output = await step(title, 'npm', ['pack', '--json', '--silent', '--pack-destination', to], {
    cwd: packageDir,
  });
  return join(to, JSON.parse(output.slice(output.indexOf('[')))[0].filename);
}

async function consumer(title, directory, tarball) {
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), '{ "type": "module", "private": true }\n');
  writeFileSync(join(directory, 'use.mjs'), use);
  await step(title, 'npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], {
    cwd: directory,
  });
  return join(directory, 'node_modules', 's390-gmap');
}

const works = (title, cwd) => step(title, process.execPath, ['use.mjs'], { cwd });

/** Without a prebuild: the error of the first import names a command, and that command helps. */
async function sourcesOnly(tarball, directory) {
  await consumer('install the sources only', directory, tarball);
  const { stderr } = spawnSync(process.execPath, ['use.mjs'], { cwd: directory, encoding: 'utf8' });
  const command = /^ *(npx .*)$/m.exec(stderr)?.[1];
  if (!command)
    throw new Failure(`Without a compiled addon the import must name the command that builds it:\n${stderr}`);
  await step('build as the error says', 'sh', ['-c', command], { cwd: directory, env });
  await works('use what it built', directory);
}

/** With a prebuild: nothing is compiled, and a local build that does not even load is not looked at. */
async function withPrebuild(tarball, directory) {
  const installed = await consumer('install with a prebuild', directory, tarball);
  await works('use the prebuild', directory);
  await step('run its command line', 'npx', ['--no-install', 's390-gmap', '--version'], { cwd: directory });
  const trace = join(installed, 'recordings', 'linux-4.7', 'b_alias.trace');
  await step('make a page with it', 'npx', ['--no-install', 's390-gmap', 'view', trace, '-o', 'page.html'], {
    cwd: directory,
  });
  mkdirSync(join(installed, 'build', 'Release'), { recursive: true });
  writeFileSync(join(installed, 'build', 'Release', 's390_gmap.node'), 'not a library');
  await works('prefer it to a local build', directory);
}

await script(async () => {
  await build();
  await buildExplorer();
  const temporary = mkdtempSync(join(tmpdir(), 's390-gmap-'));
  try {
    const sources = await pack('pack the sources', root, temporary);
    await sourcesOnly(sources, join(temporary, 'sources'));
    await step('unpack them', 'tar', ['-xzf', sources, '-C', temporary]);
    const unpacked = join(temporary, 'package');
    await prebuild(unpacked);
    await withPrebuild(await pack('pack the prebuild', unpacked, temporary), join(temporary, 'prebuilt'));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});
