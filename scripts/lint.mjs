// SPDX-License-Identifier: GPL-2.0-only
// npm run lint: Biome, clang-format, types, the lists of C sources, and the package's own metadata.
import { readdirSync, readFileSync } from 'node:fs';
import { build } from './build.mjs';
import { checkImports } from './lint-imports.mjs';
import { checkIncludes } from './lint-includes.mjs';
import { checkMemory } from './lint-memory.mjs';
import { checkMessages } from './lint-messages.mjs';
import { checkWorkflows } from './lint-workflows.mjs';
import { hasCommand } from './setup.mjs';
import { Failure, script, step } from './steps.mjs';

const bin = (name) => `node_modules/.bin/${name}`;

/** Every C and C++ file of the repository. */
function cFiles() {
  return ['native', 'kernel'].flatMap((folder) =>
    readdirSync(folder, { recursive: true })
      .filter((path) => /\.(c|h|cc|hh)$/.test(path))
      .map((path) => `${folder}/${path}`)
      .sort(),
  );
}

// Both builds compile what the lists name: a file that is missing there is silently not part of the addon.
function checkSourceList(list, directory, others = []) {
  const listed = readFileSync(list, 'utf8').trim().split('\n');
  const present = readdirSync(directory, { recursive: true })
    .filter((path) => /\.cc?$/.test(path) && !others.includes(path.split('/')[0]))
    .map((path) => `${directory}/${path}`)
    .sort();
  if (listed.join() !== present.join()) {
    throw new Failure(`${list} must list the .c and .cc files of ${directory}, sorted:\n${present.join('\n')}`);
  }
}

/** What C++ may include of ours, and what these headers may: nothing that a BUG can jump out of. */
const forCpp = [
  'addon/addon.h',
  'addon/hot/hot.h',
  'addon/model/model.h',
  'core/machine/door.h',
  'core/machine/memory.h',
];

// A BUG leaves the core by longjmp, which must not pass a frame of C++: see native/addon/addon.h.
function checkCppIncludes() {
  const headers = forCpp.map((path) => `native/${path}`);
  for (const file of [...cFiles().filter((path) => /\.(cc|hh)$/.test(path)), ...headers]) {
    for (const [i, line] of readFileSync(file, 'utf8').split('\n').entries()) {
      const included = /^\s*#\s*include\s+"(.*)"/.exec(line)?.[1];
      if (!included || forCpp.includes(included) || /^(addon\/js|abi)\//.test(included)) continue;
      throw new Failure(
        `${file}:${i + 1}: C++ may include ${forCpp.join(', ')}, addon/js/ and abi/, not this:\n  ${line}`,
      );
    }
  }
}

async function checkCFormat() {
  if (hasCommand('clang-format')) {
    return step('clang-format', 'clang-format', ['--dry-run', '--Werror', ...cFiles()], {
      hint: 'Run: npm run format',
    });
  }
  const missing = 'clang-format is not installed (apt-get install clang-format)';
  if (process.env.CI) throw new Failure(`${missing}.`);
  console.warn(`NOT CHECKED: ${missing}, so nobody looked at the layout of the C and C++ files.`);
}

await script(async () => {
  await build();
  await step('biome', bin('biome'), ['check', '--error-on-warnings'], { hint: 'Run: npm run format' });
  await checkCFormat();
  checkCppIncludes();
  checkImports();
  checkIncludes();
  checkMemory();
  checkMessages();
  await checkWorkflows();
  checkSourceList('native/sources.txt', 'native/core', ['test']);
  checkSourceList('native/fuzz/sources.txt', 'native/fuzz', ['test', 'targets']);
  checkSourceList('native/addon/sources.txt', 'native/addon');
  await step('types of lib, test, bench', bin('tsc'), ['--noEmit']);
  await step('publint', bin('publint'), ['--strict']);
  await step('are the types wrong', bin('attw'), ['--pack', '.', '--profile', 'esm-only'], {
    // What it packs is not published: prebuilds may be missing.
    env: { npm_config_ignore_scripts: 'true' },
  });
});
