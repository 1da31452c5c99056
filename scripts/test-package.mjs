// SPDX-License-Identifier: GPL-2.0-only
// npm run test:package: packs, installs into empty folders as users' package managers do, and uses what was installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

/** What there is: not the prebuilds of all targets. */
async function pack(title, packageDir, to) {
  const args = ['pack', '--json', '--silent', '--ignore-scripts', '--pack-destination', to];
  const output = await step(title, 'npm', args, { cwd: packageDir });
  return join(to, JSON.parse(output.slice(output.indexOf('[')))[0].filename);
}

function emptyProject(directory) {
  mkdirSync(directory);
  writeFileSync(join(directory, 'package.json'), '{ "type": "module", "private": true }\n');
  writeFileSync(join(directory, 'use.mjs'), use);
}

async function consumer(title, directory, tarball) {
  emptyProject(directory);
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
  const local = join(installed, 'native/addon/build/Release');
  mkdirSync(local, { recursive: true });
  writeFileSync(join(local, 's390_gmap.node'), 'not a library');
  await works('prefer it to a local build', directory);
}

/** A PATH with what npm and yarn need, and nothing that compiles. */
function pathWithoutCompiler(folder) {
  mkdirSync(folder);
  const find = (command) => spawnSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' }).stdout.trim();
  for (const command of ['node', 'npm', 'npx', 'sh', 'env', 'git', 'uname', 'sed', 'dirname', 'readlink', 'ls'])
    if (find(command).startsWith('/')) symlinkSync(find(command), join(folder, command));
  return { ...env, PATH: folder };
}

/** npm ci compiled where it saw a binding.gyp, whatever package.json said, and yarn 1 did so at once. */
async function withoutCompiler(tarball, temporary) {
  const withPath = { env: pathWithoutCompiler(join(temporary, 'bin')) };
  const byNpm = { cwd: join(temporary, 'npm'), ...withPath };
  emptyProject(byNpm.cwd);
  await step('npm install without a compiler', 'npm', ['install', '--no-audit', '--no-fund', tarball], byNpm);
  rmSync(join(byNpm.cwd, 'node_modules'), { recursive: true });
  await step('npm ci without a compiler', 'npm', ['ci', '--no-audit', '--no-fund'], byNpm);
  await replays('replay after npm ci', byNpm);

  const yarn = join(temporary, 'yarn');
  await step('get yarn 1', 'npm', ['install', '--prefix', yarn, '--no-audit', '--no-fund', 'yarn@1']);
  const byYarn = { cwd: join(temporary, 'by-yarn'), ...withPath };
  emptyProject(byYarn.cwd);
  const add = [
    join(yarn, 'node_modules/yarn/bin/yarn.js'),
    '--cache-folder',
    join(temporary, 'yarn-cache'),
    '--silent',
  ];
  await step('yarn add without a compiler', process.execPath, [...add, 'add', `file:${tarball}`], byYarn);
  await replays('replay after yarn add', byYarn);
}

async function replays(title, { cwd, env }) {
  const installed = join(cwd, 'node_modules/s390-gmap');
  for (const folder of ['build', 'native/addon/build'])
    if (existsSync(join(installed, folder))) throw new Failure(`${title}: something was compiled: ${folder} is there.`);
  await step('use it', process.execPath, ['use.mjs'], { cwd, env });
  const replay = [join(installed, 'dist/cli/main.js'), 'replay', join(installed, 'recordings/linux-4.7')];
  const last = (await step(title, process.execPath, replay, { cwd, env })).trim().split('\n').at(-1);
  if (!/^[1-9]\d* passed, 0 failed$/.test(last)) throw new Failure(`${title}: ${last}`);
}

/** Out of the repository, which has nothing that is built: as it was committed. */
async function fromGit(directory) {
  emptyProject(directory);
  const install = ['install', '--no-audit', '--no-fund', `git+file://${root}`];
  await step('npm install git+file://', 'npm', install, { cwd: directory, env });
  await replays('replay out of the repository', { cwd: directory, env });
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
    const prebuilt = await pack('pack the prebuild', unpacked, temporary);
    await withPrebuild(prebuilt, join(temporary, 'prebuilt'));
    await withoutCompiler(prebuilt, temporary);
    await fromGit(join(temporary, 'from-git'));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
});
