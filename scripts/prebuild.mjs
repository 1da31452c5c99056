// SPDX-License-Identifier: GPL-2.0-only
// npm run build:prebuilds [-- TARGET…|--all]: stripped addons for this system, or for those of scripts/targets.mjs, in native/prebuilds/,
// which `npm pack` puts into the package. CC and CXX choose another compiler for this system.
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { unfit } from './binaries.mjs';
import { nodeHeaders } from './build.mjs';
import { buildExplorer } from './build-explorer.mjs';
import { compileForeign } from './foreign.mjs';
import { noteSources, prebuildOf } from './prebuilt.mjs';
import { hasCommand, install, requireCompiler, requireNode } from './setup.mjs';
import { Failure, isMain, root, script, step } from './steps.mjs';
import { ownLibc, ownTarget, targets } from './targets.mjs';

/**
 * Prebuilds the addon of the package in that directory, for one of the targets or for this system. It is compiled in a
 * folder of its own, so that a local build stays what it is. Answers the file.
 */
export async function prebuild(directory, name) {
  const target = name ? targets[name] : ownSystem();
  if (!target) throw new Failure(`There is no target "${name}": ${Object.keys(targets).join(', ')}.`);
  if (name) requireTools(name, target);
  const folder = join(root, 'out/prebuild', name ?? 'own');
  const path = prebuildOf(directory, target);
  if (target.link) {
    const addon = await compileForeign(name, target, folder);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(addon, path);
  } else await prebuildify(directory, name, target, folder);
  check(path, target);
  const known = name ?? ownTarget();
  if (known) noteSources(directory, known);
  return path;
}

/** Whatever it is: somebody may have another one than those of the targets. */
function ownSystem() {
  const { platform, arch } = process;
  return { platform, arch, libc: platform === 'linux' ? ownLibc() : undefined };
}

async function prebuildify(directory, name, { arch, libc, cc, cxx, strip }, folder) {
  copySources(directory, folder);
  // Not beside build/: there node-gyp-build would look into build/ first, and a fitting prebuild comes first here.
  const args = ['--napi', '--strip', '--tag-libc', '--out', join(directory, 'native')];
  args.push('--target', process.versions.node, '--arch', arch);
  const env = libc ? { PREBUILD_LIBC: libc } : {};
  const [, nodedir] = nodeHeaders();
  if (nodedir) env.npm_config_nodedir = nodedir;
  if (cc) Object.assign(env, { CC: cc, CXX: cxx, PREBUILD_STRIP_BIN: strip });
  await step(`prebuild ${name ?? 'the addon'}`, join(root, 'node_modules/.bin/prebuildify'), args, {
    cwd: folder,
    env,
  });
}

/** A target cannot be compiled for here; the message says what to install. */
export class MissingTools extends Failure {}

function requireTools(name, { cc, cxx, strip, importLibrary, install }) {
  const missing = [cc, cxx, strip, importLibrary].filter((command) => command && !hasCommand(command));
  if (missing.length > 0) throw new MissingTools(`${name} needs ${missing.join(' and ')}: ${install}.`);
}

function copySources(directory, folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const others = ['native/prebuilds', 'native/addon/build'].map((name) => join(directory, name));
  for (const name of ['package.json', 'native'])
    cpSync(join(directory, name), join(folder, name), { recursive: true, filter: (path) => !others.includes(path) });
  // A package has none at its root.
  copyFileSync(join(root, 'binding.gyp'), join(folder, 'binding.gyp'));
}

/** Whether the file is for what its name says, and asks for no more than it may: a compiler for musl is easily called glibc's. */
function check(path, target) {
  const wrong = unfit(readFileSync(path), target);
  if (wrong.length === 0) return;
  rmSync(path);
  const { platform, arch, libc } = target;
  throw new Failure(
    `The compiler made something else than an addon for ${[platform, arch, libc].filter(Boolean).join(', ')}: it needs ${wrong.join(', ')}.\n` +
      'CC and CXX must be the compilers of that system.',
  );
}

if (isMain(import.meta.url)) {
  await script(async () => {
    const args = process.argv.slice(2);
    const names = args.includes('--all') ? Object.keys(targets) : args;
    requireNode();
    requireCompiler();
    await install();
    for (const name of names.length > 0 ? names : [undefined]) await prebuild(root, name);
    await buildExplorer();
  });
}
