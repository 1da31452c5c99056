// SPDX-License-Identifier: GPL-2.0-only
import { packageFile } from './package-file.js';
import { readText } from './read.js';

/** The version of this package: `0.1.0`. */
export function packageVersion(): string {
  const { version } = JSON.parse(readText(packageFile('package.json'))) as { version: string };
  return version;
}
