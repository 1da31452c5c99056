// SPDX-License-Identifier: GPL-2.0-only
import { fileURLToPath } from 'node:url';

/** The folder of this package, in a clone or where it is installed; ends in a slash. */
export const packageRoot: string = fileURLToPath(new URL('..', import.meta.url));
