// SPDX-License-Identifier: GPL-2.0-only
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';
import { readText } from './read.js';

/** The version of this package: `0.1.0`. */
export function packageVersion(): string {
  const { version } = JSON.parse(readText(join(packageRoot, 'package.json'))) as { version: string };
  return version;
}
