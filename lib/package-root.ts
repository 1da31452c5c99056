// SPDX-License-Identifier: GPL-2.0-only
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** This file. Bundlers that make CommonJS leave it out, and then there is nothing better than the program that runs. */
const url = import.meta.url as string | undefined;
const file = url === undefined ? process.execPath : fileURLToPath(url);

/**
 * The folder of this package, in a clone or where it is installed; ends in a slash. In a bundle it is some other folder:
 * `packageFile()` says so. No other file of lib/ asks where it is, since bundlers understand that in ways of their own.
 */
export const packageRoot: string = join(dirname(dirname(file)), '/');
