// SPDX-License-Identifier: GPL-2.0-only
// node bench/dumps-case.mjs list|check DUMP [TYPES]: prints as JSON what it took to list or check a dump, in a process of its own.
import { openDump } from '../dist/dump/index.js';

const [what, path, types] = process.argv.slice(2);
const start = process.cpuUsage();
const dump = openDump(path, types === undefined ? {} : { types });
const problems = what === 'check' ? dump.check() : [];
const { user, system } = process.cpuUsage(start);
const items = dump.gmaps.reduce((sum, { mapped, linked }) => sum + mapped.size + linked.size, 0);
const { pagesRead } = dump;
dump.close();
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ pagesRead, items, problems: problems.length, seconds: (user + system) / 1e6, megabytes }));
