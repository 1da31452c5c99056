// SPDX-License-Identifier: GPL-2.0-only
/** Finds the native addon and loads it, or says why that is not possible and what helps. */
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkText } from '../arguments.js';
import { exists } from '../files/folders.js';
import { isBundled } from '../files/package-file.js';
import { requireFrom } from '../files/require-from.js';
import { operations } from '../generated/abi.js';
import { packageRoot } from '../package-root.js';
import { quoted } from '../quoted.js';
import { visible } from '../visible.js';

/** Where an installed package is built: its binding.gyp is not at its root, or npm and yarn would compile although a prebuild fits. */
const buildFolder = join(packageRoot, 'native', 'addon');

/** Names the file of the addon, for code that is away from its package, and for addons of one's own. */
const VARIABLE = 'S390_GMAP_ADDON';

const BUNDLED =
  'the package was bundled, and the addon was not. Leave the package out of the bundle (esbuild: --external:s390-gmap; ' +
  `others: "external"), or copy the addon from node_modules/s390-gmap/native/prebuilds/${process.platform}-${process.arch}/ ` +
  `and set ${VARIABLE} to the path of the copy`;

/** The native addon is not there, or cannot be loaded. The message says what helps; `cause` is what went wrong. */
export class AddonError extends Error {
  override readonly name = 'AddonError';
  readonly code = 'ERR_GMAP_ADDON';

  constructor(message: string, options?: ErrorOptions) {
    super(checkText('AddonError: message', message), options);
  }
}

/**
 * The addon: the file that S390_GMAP_ADDON names; else a prebuild that fits this system, or else a local build, of a clone or of
 * an installed package. The variable is read now, so that a program can set it before it makes its first machine.
 *
 * @throws {AddonError} if it cannot be loaded.
 */
export function loadAddon(): unknown {
  const named = process.env[VARIABLE];
  return named ? loadNamed(resolve(named)) : findAddon();
}

function loadNamed(file: string): unknown {
  const addon = tryToLoad(file);
  const isOurs = operations.every(({ name }) => typeof addon?.[name] === 'function');
  if (!isOurs)
    throw cannotLoad(
      `${VARIABLE} names ${quoted(visible(file))}, which is no addon of this version of the package`,
      [],
    );
  return addon;
}

function tryToLoad(file: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return requireFrom(file)(file) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    if (isForbidden(cause)) throw cannotLoad(needsPermission(file), [cause]);
    const why = exists(file) ? (cause as Error).message : 'there is no such file';
    throw cannotLoad(`${VARIABLE} names ${quoted(visible(file))}: ${visible(why)}`, [cause]);
  }
}

function findAddon(): unknown {
  // There is nothing of ours to find, and what is there may be an addon of somebody else.
  if (isBundled()) throw cannotLoad(BUNDLED, []);
  // Written out, so that webpack and what collects files for Next.js see which package is meant, and which file.
  const require = createRequire(import.meta.url);
  const here = dirname(fileURLToPath(import.meta.url));
  const ways = [
    // A prebuild is in native/, apart from the builds: node-gyp-build would prefer one beside it.
    () => require('node-gyp-build')(join(here, '../../native')),
    () => require('node-gyp-build')(packageRoot),
    () => require('node-gyp-build')(buildFolder),
  ];
  const causes: unknown[] = [];
  for (const way of ways) {
    try {
      // Already require() looks at files, which --permission can forbid.
      return way();
    } catch (cause) {
      causes.push(cause);
    }
  }
  throw cannotLoad(explain(causes), causes);
}

function explain(causes: readonly unknown[]): string {
  if (causes.some(isForbidden)) return `${needsPermission(allThatIsRead())} --allow-fs-read=/etc/alpine-release`;
  const build = isClone() ? 'npm run build' : `npx --yes node-gyp rebuild --directory ${quoted(buildFolder)}`;
  return (
    'there is no prebuild for this system, or it does not fit. ' +
    `Build it, which needs a C/C++ compiler, make and python3:\n  ${build}`
  );
}

/** node-gyp-build lies beside this package, and pnpm has both behind links. */
function allThatIsRead(): string {
  return /^.*?[\\/]node_modules(?=[\\/])/.exec(packageRoot)?.[0] ?? packageRoot;
}

function isForbidden(cause: unknown): boolean {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ERR_ACCESS_DENIED' || code === 'ERR_DLOPEN_DISABLED';
}

function needsPermission(path: string): string {
  return `Node runs with --permission, which forbids it. It needs --allow-addons --allow-fs-read=${quoted(visible(path))}`;
}

function cannotLoad(why: string, causes: readonly unknown[]): AddonError {
  const system = `${process.platform}-${process.arch}, Node ${process.versions.node}`;
  return new AddonError(`s390-gmap: its native addon cannot be loaded (${system}): ${why}`, {
    cause: new AggregateError(causes),
  });
}

function isClone(): boolean {
  return exists(join(packageRoot, 'scripts', 'build.mjs'));
}
