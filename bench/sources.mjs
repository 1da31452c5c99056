// SPDX-License-Identifier: GPL-2.0-only
// Prints the core's sources as seen from this folder, for binding.gyp.
import { readFileSync } from 'node:fs';

const list = readFileSync(new URL('../native/sources.txt', import.meta.url), 'utf8');
for (const source of list.split('\n').filter(Boolean)) console.log(`../${source}`);
