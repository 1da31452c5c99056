// SPDX-License-Identifier: GPL-2.0-only
/** A cache folder with codes that are copies of the port's own addon: they differ from it in nothing but their place. */
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageVersion } from '../../lib/files/package-version.js';
import type { Kernel } from '../../lib/index.js';
import { type BuiltCode, writeCode } from '../../lib/own-code/cache.js';
import { buildCommand } from '../../lib/own-code/names.js';
import { systemHere } from '../../lib/own-code/state.js';
import { packageRoot } from '../../lib/package-root.js';

export interface FakeCodes {
  /** For whatever shall find them. */
  readonly env: { readonly S390_GMAP_CACHE: string };
  readonly folder: string;
  /** Puts a code into the folder. Its manifest says `changes` in place of what would be right. */
  readonly add: (name: string, kernel: Kernel, changes?: Partial<BuiltCode>) => BuiltCode;
  readonly remove: () => void;
}

const { path: addonIn } = createRequire(import.meta.url)('node-gyp-build') as { path: (folder: string) => string };

/** In a cache folder that is there already, or in one of their own. */
export function fakeCodes(cache?: string): FakeCodes {
  const folder = realpathSync(cache ?? mkdtempSync(join(tmpdir(), 's390-gmap-codes-')));
  const add: FakeCodes['add'] = (name, kernel, changes = {}) => {
    const place = join(folder, 'codes', name);
    mkdirSync(place, { recursive: true });
    const addon = join(place, 'addon.node');
    copyFileSync(addonIn(packageRoot), addon);
    const code: BuiltCode = {
      name,
      kernel,
      version: `${kernel.slice('linux-'.length)}.7`,
      from: '/nowhere/linux',
      folder: place,
      addon,
      package: packageVersion(),
      system: systemHere(),
      compiler: 'none',
      flags: '',
      program: '/nowhere/cc',
      programStamp: '',
      inputs: {},
      command: buildCommand(name, changes.tree),
      unknown: [],
      preload: [],
      ...changes,
    };
    writeCode(code);
    return code;
  };
  return { env: { S390_GMAP_CACHE: folder }, folder, add, remove: () => rmSync(folder, { recursive: true }) };
}
