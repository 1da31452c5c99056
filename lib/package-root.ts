// SPDX-License-Identifier: GPL-2.0-only
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of this file. Bundles of CommonJS do not have it, and then there is nothing better than the program that runs. */
const url = import.meta.url as string | undefined;
const file = url === undefined ? process.execPath : fileURLToPath(url);

/**
 * The folder of this package, in a clone or where it is installed; ends in a slash. In a bundle it is some other folder:
 * `packageFile()` says so. Other files do not ask where they are, for a bundle may not know, and that must not end it when it is loaded.
 */
export const packageRoot: string = join(dirname(dirname(file)), '/');
