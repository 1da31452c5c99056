// SPDX-License-Identifier: GPL-2.0-only
// Where two kernels part, as a table of what replay says:
//   s390-gmap replay recordings/linux-6.1 --kernel 6.12 --json | node examples/replay-table.mjs
import { text } from 'node:stream/consumers';

const { passed, failed, files } = JSON.parse(await text(process.stdin));
const rows = new Map();

for (const { file, difference, error } of files) {
  if (error) throw new Error(`${file}: ${error}`);
  if (!difference) continue;
  const [call] = difference.call.split('(');
  const key = `${difference.what} ${call}`;
  const row = rows.get(key) ?? { differs: difference.what, call, recordings: 0, first: `${file}:${difference.line}` };
  row.recordings++;
  rows.set(key, row);
}
console.table([...rows.values()].sort((a, b) => b.recordings - a.recordings));
console.log(`${passed} recordings are the same, ${failed} are not`);
