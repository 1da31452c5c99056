// SPDX-License-Identifier: GPL-2.0-only
/** The files of this package itself, which are not there where its code was bundled into another program. */
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import { FileError } from './file-error.js';
import { readOwnText } from './read.js';

let bundled: boolean | undefined;

/** Whether this code is in a bundle, away from the files of its package. */
export function isBundled(): boolean {
  bundled ??= nameOf(join(packageRoot, 'package.json')) !== 's390-gmap';
  return bundled;
}

function nameOf(packageJson: string): string | undefined {
  try {
    return (JSON.parse(readOwnText(packageJson) ?? '{}') as { name?: string }).name;
  } catch {
    return undefined;
  }
}

/**
 * Where a file or folder of this package is. `path`: from the package's folder on.
 *
 * @throws {FileError} in a bundle.
 */
export function packageFile(path: string): string {
  if (isBundled())
    throw new FileError(
      'find',
      path,
      'only the code of s390-gmap was bundled. Leave the package out of the bundle ("external")',
    );
  return join(packageRoot, path);
}
