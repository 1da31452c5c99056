// SPDX-License-Identifier: GPL-2.0-only
// The addon for Windows and macOS, for which node-gyp makes none on Linux: of the same sources, by make.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, step } from './steps.mjs';

const LISTS = ['native/sources.txt', 'native/fuzz/sources.txt', 'native/addon/sources.txt'];
const listed = (list) => readFileSync(join(root, list), 'utf8').trim().split('\n');

/** As native/addon/addon.gypi has them. */
const FLAGS = {
  all: ['-Wall', '-Wextra', '-Wshadow', '-Wconversion', '-Werror', '-Inative', '-DNAPI_VERSION=9'],
  addon: [
    '-DNODE_GYP_MODULE_NAME=s390_gmap',
    '-DNODE_ADDON_API_DISABLE_CPP_EXCEPTIONS',
    '-DNODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS',
    ...['node-addon-api', 'node-api-headers/include'].flatMap((path) => ['-isystem', `node_modules/${path}`]),
  ],
  c: ['-std=c11', '-O2', '-fvisibility=hidden'],
  cxx: ['-std=c++17', '-Os', '-fno-exceptions', '-fno-rtti', '-ffunction-sections', '-fvisibility=hidden'],
};

/** Compiles in `folder`, which is emptied. Answers the addon there, where node-gyp-build finds one. */
export async function compileForeign(name, target, folder) {
  const addon = join(folder, 'build/Release/s390_gmap.node');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'build/Release'), { recursive: true });
  writeFileSync(join(folder, 'Makefile'), makefile(target, folder, addon));
  await step(`compile ${name}`, 'make', ['-j2', '-f', join(folder, 'Makefile')]);
  return addon;
}

function makefile({ cc, cxx, link, importLibrary }, folder, addon) {
  const rules = [];
  const objects = LISTS.flatMap(listed).map((source) => {
    const object = join(folder, `${source.replaceAll('/', '_')}.o`);
    const [compiler, flags] = source.endsWith('.cc') ? [cxx, FLAGS.cxx] : [cc, FLAGS.c];
    rules.push(`${object}: ${source}\n\t${[compiler, ...flags, ...FLAGS.all, ...FLAGS.addon].join(' ')} -c $< -o $@`);
    return object;
  });
  // What node.exe gives is found by a library that says so; macOS finds it when the addon is loaded.
  const libraries = (importLibrary ? ['node_api', 'js_native_api'] : []).map((name) => {
    const library = join(folder, `lib${name}.a`);
    rules.push(`${library}:\n\t${importLibrary} -d node_modules/node-api-headers/def/${name}.def -l $@`);
    return library;
  });
  rules.push(
    `${addon}: ${[...objects, ...libraries].join(' ')}\n\t${cc} -shared ${link.join(' ')} -o $@ $^`,
    `.DEFAULT_GOAL := ${addon}`,
  );
  return `${rules.join('\n')}\n`;
}
