// SPDX-License-Identifier: GPL-2.0-only
/** An addon with one source changed, in a folder of its own: S390_GMAP_ADDON loads it. The rest is that of `npm run build`. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ADDON, CORE, FUZZER, objectOf, objectsOf } from '../built.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const includes = ['node_modules/node-api-headers/include', 'node_modules/node-addon-api', 'native'];
const defines = ['NAPI_VERSION=9', 'NODE_GYP_MODULE_NAME=s390_gmap', 'NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS'];
const usual = [
  '-O1',
  '-w',
  '-fPIC',
  ...includes.map((path) => `-I${join(root, path)}`),
  ...defines.map((d) => `-D${d}`),
];
const cc = [process.env.CC ?? 'cc', '-std=c11'];
const cxx = [process.env.CXX ?? 'c++', '-std=c++17', '-fno-exceptions', '-fno-rtti', '-ffunction-sections'];

function run([command = '', ...first]: readonly string[], args: readonly string[]): void {
  execFileSync(command, [...first, ...args]);
}

/** `text` in place of the file `changed`. Answers the file, for S390_GMAP_ADDON. */
export function buildChangedAddon(folder: string, changed: string, text: string): string {
  const build = join(folder, 'build', 'Release');
  mkdirSync(build, { recursive: true });
  const source = join(folder, changed.replaceAll('/', '_'));
  const object = `${source}.o`;
  writeFileSync(source, text);
  run(changed.endsWith('.cc') ? cxx : cc, [...usual, '-c', source, '-o', object]);
  const objects = objectsOf(CORE, FUZZER, ADDON).filter((one) => one !== objectOf(changed));
  const addon = join(build, 's390_gmap.node');
  const link = ['-shared', '-Wl,--gc-sections', '-o', addon];
  run(cc, [...objects, object, ...link]);
  return addon;
}
