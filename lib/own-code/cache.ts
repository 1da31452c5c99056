// SPDX-License-Identifier: GPL-2.0-only
/**
 * Where built codes are, in the cache folder:
 *
 *     codes/NAME/             a built code; code.json is written last
 *     codes/NAME/tree/        the files of a Debian package that it was built from
 *     codes/NAME.lock         locked while somebody builds it; the file stays
 *     objects/                what all codes have in common, compiled
 */
import { basename, join } from 'node:path';
import { checkText } from '../arguments.js';
import { cacheFolder } from '../files/cache-folder.js';
import { exists, isFolder, isSameFolder, namesIn } from '../files/folders.js';
import { readOwnText } from '../files/read.js';
import { remove, replaceFile } from '../files/write.js';
import { OwnCodeError } from './errors.js';
import { type BuiltCode, parseManifest, printManifest } from './manifest.js';
import { buildCommand, codeName } from './names.js';
import { whyStale } from './state.js';

export type { BuiltCode } from './manifest.js';

const MANIFEST = 'code.json';

export function codesFolder(): string {
  return join(cacheFolder(), 'codes');
}

/** The folder of a code, whether it is built or not. @throws {OwnCodeError} if it cannot be a name. */
export function codeFolder(name: string): string {
  return join(codesFolder(), codeName(name));
}

/** All codes that were built, also those that must be built again, in the order of their names. @throws {FileError} */
export function builtKernels(): BuiltCode[] {
  const folder = codesFolder();
  const names = isFolder(folder) ? namesIn(folder) : [];
  const codes = names.map((name) => readManifest(join(folder, name))).filter((code) => code !== undefined);
  return codes.sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

/** The built code of that name, stale or not; none if there is none, or if its build was not finished. */
export function findCode(name: string): BuiltCode | undefined {
  return readManifest(codeFolder(checkText('findCode: name', name)));
}

/** Those that were found to be what their sources say, with their manifests, by their folders. */
const fresh = new Map<string, { readonly text: string; readonly code: BuiltCode }>();

/**
 * The same, fit to be used. Sources are looked at when this process asks for a build first: it goes on with what it has loaded.
 *
 * @throws {OwnCodeError} that names the command that builds it.
 */
export function requireCode(name: string): BuiltCode {
  const wanted = codeName(checkText('requireCode: name', name));
  const folder = codeFolder(wanted);
  const text = readOwnText(join(folder, MANIFEST));
  // Machines are made by the thousand: to take a manifest apart costs more than making one.
  const known = fresh.get(folder);
  if (known !== undefined && known.text === text) return known.code;
  const code = codeIn(folder, text);
  if (!code || text === undefined) throw notBuilt(wanted);
  const why = whyStale(code);
  if (why !== undefined) {
    throw new OwnCodeError(
      'ERR_CODE_STALE',
      `the code ${wanted} must be built again: ${why}. Build it: ${code.command}`,
    );
  }
  fresh.set(folder, { text, code });
  return code;
}

function notBuilt(name: string): OwnCodeError {
  const built = builtKernels().map((other) => other.name);
  const others = built.length > 0 ? ` (built: ${built.join(', ')})` : '';
  return new OwnCodeError(
    'ERR_CODE_NOT_BUILT',
    `the code ${name} is not built${others}. Build it: ${buildCommand(name, undefined)}`,
  );
}

/** Makes the build valid, in the folder where it is now. @throws {FileError} */
export function writeCode(code: BuiltCode, folder: string = code.folder): void {
  replaceFile(join(folder, MANIFEST), printManifest(code));
}

/** Removes a code, built or half built; answers whether there was anything. @throws {FileError} {OwnCodeError} if it cannot be a name. */
export function removeCode(name: string): boolean {
  const folder = codeFolder(checkText('removeCode: name', name));
  if (!exists(folder)) return false;
  // First what makes it valid: if the rest is interrupted, no broken code is left.
  remove(join(folder, MANIFEST));
  remove(folder);
  return true;
}

function readManifest(folder: string): BuiltCode | undefined {
  return codeIn(folder, readOwnText(join(folder, MANIFEST)));
}

/** `text`: that of its manifest. */
function codeIn(folder: string, text: string | undefined): BuiltCode | undefined {
  const code = text === undefined ? undefined : parseManifest(text, basename(folder));
  // One that says it is elsewhere was moved: its paths lead nowhere, or to what is not ours.
  return code && isSameFolder(code.folder, folder) ? code : undefined;
}
