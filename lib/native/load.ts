// SPDX-License-Identifier: GPL-2.0-only
/** Finds the native addon and loads it, or says why that is not possible and what helps. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { checkText } from '../arguments.js';
import { exists } from '../files/folders.js';
import { readText } from '../files/read.js';
import { packageRoot } from '../package-root.js';
import { quoted } from '../quoted.js';

/** Where an installed package is built: its binding.gyp is not at its root, or npm and yarn would compile although a prebuild fits. */
const buildFolder = join(packageRoot, 'native', 'addon');

/** The native addon is not there, or cannot be loaded. The message says what helps; `cause` is what went wrong. */
export class AddonError extends Error {
  override readonly name = 'AddonError';
  readonly code = 'ERR_GMAP_ADDON';

  constructor(message: string, options?: ErrorOptions) {
    super(checkText('AddonError: message', message), options);
  }
}

/**
 * The addon: a prebuild that fits this system, or else a local build, of a clone or of an installed package.
 *
 * @throws {AddonError} if neither can be loaded.
 */
export function loadAddon(): unknown {
  const causes: unknown[] = [];
  // A prebuild is in native/, apart from the builds: node-gyp-build would prefer one beside it.
  for (const directory of [join(packageRoot, 'native'), packageRoot, buildFolder]) {
    try {
      // Already this looks at files, which --permission can forbid.
      const load = createRequire(import.meta.url)('node-gyp-build') as (directory: string) => unknown;
      return load(directory);
    } catch (cause) {
      causes.push(cause);
    }
  }
  const system = `${process.platform}-${process.arch}, Node ${process.versions.node}`;
  const message = `s390-gmap: its native addon cannot be loaded (${system}): ${explain(causes)}`;
  throw new AddonError(message, { cause: new AggregateError(causes) });
}

function explain(causes: readonly unknown[]): string {
  const codes = causes.map((cause) => (cause as NodeJS.ErrnoException).code);
  if (codes.includes('ERR_ACCESS_DENIED') || codes.includes('ERR_DLOPEN_DISABLED'))
    return (
      'Node runs with --permission, which forbids it. It needs ' +
      `--allow-addons --allow-fs-read=${quoted(packageRoot)} --allow-fs-read=/etc/alpine-release`
    );
  if (!isOurs(packageRoot))
    return 'the package was bundled, and the addon was not. Make it external (esbuild --external:s390-gmap; "external" of others)';
  const build = isClone() ? 'npm run build' : `npx --yes node-gyp rebuild --directory ${quoted(buildFolder)}`;
  return (
    'there is no prebuild for this system, or it does not fit. ' +
    `Build it, which needs a C/C++ compiler, make and python3:\n  ${build}`
  );
}

function isOurs(folder: string): boolean {
  try {
    const { name } = JSON.parse(readText(join(folder, 'package.json'))) as { name?: string };
    return name === 's390-gmap';
  } catch {
    return false;
  }
}

function isClone(): boolean {
  return exists(join(packageRoot, 'scripts', 'build.mjs'));
}
