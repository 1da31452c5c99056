// SPDX-License-Identifier: GPL-2.0-only
// node native/sources.cjs [ROOT]: prints the sources of the addon, for binding.gyp: what the three lists name, a line each, as seen from
// where ROOT is the package.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const root = process.argv[2] ?? '.';
for (const list of ['sources.txt', 'fuzz/sources.txt', 'addon/sources.txt'])
  for (const source of readFileSync(join(__dirname, list), 'utf8').trim().split('\n'))
    console.log(root === '.' ? source : `${root}/${source}`);
