// SPDX-License-Identifier: GPL-2.0-only
// npm run prebuild [-- TARGET…]: a stripped addon for this system, or for those of scripts/targets.mjs, in native/prebuilds/, which
// `npm pack` puts into the package. CC and CXX choose another compiler for this system.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { nodeHeaders } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { readNeeds, tooMuch } from './elf.mjs';
import { hasCommand, install, requireCompiler, requireNode } from './setup.mjs';
import { Failure, isMain, root, script, step } from './steps.mjs';
import { ownLibc, targets } from './targets.mjs';

/**
 * Prebuilds the addon of the package in that directory, for one of the targets or for this system. It is compiled in a
 * folder of its own, so that a local build stays what it is. Answers the file.
 */
export async function prebuild(directory, name) {
  const target = name ? targets[name] : undefined;
  if (name && !target) throw new Failure(`There is no target "${name}": ${Object.keys(targets).join(', ')}.`);
  if (target) requireTools(name, target);
  const arch = target?.arch ?? process.arch;
  const libc = target?.libc ?? ownLibc();
  const folder = join(root, 'out/prebuild', name ?? 'own');
  copySources(directory, folder);
  // Not beside build/: there node-gyp-build would look into build/ first, and a fitting prebuild comes first here.
  const out = join(directory, 'native');
  const args = ['--napi', '--strip', '--tag-libc', '--out', out, '--target', process.versions.node, '--arch', arch];
  const env = { PREBUILD_LIBC: libc };
  const [, nodedir] = nodeHeaders();
  if (nodedir) env.npm_config_nodedir = nodedir;
  if (target) Object.assign(env, { CC: target.cc, CXX: target.cxx, PREBUILD_STRIP_BIN: target.strip });
  await step(`prebuild ${name ?? 'the addon'}`, join(root, 'node_modules/.bin/prebuildify'), args, {
    cwd: folder,
    env,
  });
  return checked(join(out, 'prebuilds', `${process.platform}-${arch}`), arch, libc);
}

/** A target cannot be compiled for here; the message says what to install. */
export class MissingTools extends Failure {}

function requireTools(name, { cc, cxx, strip, install }) {
  const missing = [cc, cxx, strip].filter((command) => !hasCommand(command));
  if (missing.length > 0) throw new MissingTools(`${name} needs ${missing.join(' and ')}: ${install}.`);
}

function copySources(directory, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'binding.gyp', 'native'])
    cpSync(join(directory, name), join(folder, name), {
      recursive: true,
      filter: (path) => path !== join(directory, 'native', 'prebuilds'),
    });
}

/** Whether the file is for what its name says, and asks for no more than it may: a compiler for musl is easily called glibc's. */
function checked(folder, arch, libc) {
  if (process.platform !== 'linux') return folder;
  const file = readdirSync(folder).find((name) => name.endsWith(`.${libc}.node`));
  const path = join(folder, file);
  const needs = readNeeds(readFileSync(path));
  const wrong = [...(needs.architecture === arch ? [] : [needs.architecture]), ...tooMuch(needs, libc)];
  if (wrong.length === 0) return path;
  rmSync(path);
  throw new Failure(
    `The compiler made something else than an addon for ${arch} and ${libc}: it needs ${wrong.join(', ')}.\n` +
      'CC and CXX must be the compilers of that system.',
  );
}

if (isMain(import.meta.url)) {
  await script(async () => {
    const names = process.argv.slice(2);
    requireNode();
    requireCompiler();
    await install();
    for (const name of names.length > 0 ? names : [undefined]) await prebuild(root, name);
    await buildExplorer();
  });
}
