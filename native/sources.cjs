// SPDX-License-Identifier: GPL-2.0-only
// Prints the sources of the addon, for binding.gyp: what the three lists name, a line each.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

for (const list of ['sources.txt', 'fuzz/sources.txt', 'addon/sources.txt'])
  process.stdout.write(readFileSync(join(__dirname, list), 'utf8'));
