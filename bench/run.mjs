// SPDX-License-Identifier: GPL-2.0-only
// Measures the core and the classes, each against something timed in the same run, and prints one table.
// `--write` puts it into docs/performance.md, `--json` prints it for programs. `sides` measures only the port beside 6.1's own
// code, `growth` how costs grow, and `dumps [DUMP [TYPES]]` what crash dumps take, which has a table of its own there.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { markdownTable } from '../scripts/markdown-table.mjs';
import { buildCoreBench } from './build.mjs';
import { measureClasses } from './classes.mjs';
import { dumpsTable, measureDumps } from './dumps.mjs';
import { measureFuzzing } from './fuzz.mjs';
import { growthTable, measureGrowth } from './growth.mjs';
import { measureSides } from './sides.mjs';

const page = new URL('../docs/performance.md', import.meta.url);

function measureCore() {
  const result = JSON.parse(execFileSync(buildCoreBench(), { encoding: 'utf8' }));
  const { memory } = result;
  return {
    rows: result.cases,
    memory: {
      name: `memory of a gmap with ${memory.segments.toLocaleString('en')} linked segments`,
      ratio: memory.bytes / memory.kernel_bytes,
      unit: 'its tables in the kernel',
      limit: memory.limit,
    },
  };
}

function cells(row) {
  const time =
    row.ns === undefined ? '' : row.ns >= 1000 ? `${(row.ns / 1000).toFixed(2)} µs` : `${row.ns.toFixed(1)} ns`;
  const within = row.limit === undefined ? '' : row.ratio <= row.limit ? 'yes' : 'no';
  const most = row.p10 === undefined ? '' : `${row.p10.toPrecision(3)} to ${row.p90.toPrecision(3)}`;
  return [row.name, time, `${row.ratio.toPrecision(3)} × ${row.unit}`, most, row.limit?.toPrecision(3) ?? '', within];
}

function table(rows) {
  return markdownTable([['what', 'time', 'ratio', 'p10 to p90', 'at most', 'within'], ...rows.map(cells)]);
}

async function printGrowth() {
  const rows = await measureGrowth();
  console.log(process.argv.includes('--json') ? JSON.stringify(rows, null, 2) : growthTable(rows));
}

function printDumps() {
  const [dump, types] = process.argv.slice(3).filter((argument) => !argument.startsWith('--'));
  const rows = measureDumps(dump, types);
  print(rows, dumpsTable(rows), 'npm run bench -- dumps --write');
}

async function allRows() {
  const core = measureCore();
  return [...(await measureSides()), ...core.rows, core.memory, ...measureClasses(), ...(await measureFuzzing())];
}

function print(rows, text, command) {
  console.log(process.argv.includes('--json') ? JSON.stringify(rows, null, 2) : text);
  if (process.argv.includes('--write')) write(text, `<!-- ${command} -->`);
}

/** In place of the table behind the marker. */
function write(text, marker) {
  const old = readFileSync(page, 'utf8');
  const start = old.indexOf(marker) + marker.length;
  const rest = old.slice(start).replace(/^\n*(\|.*\n)*/, '');
  writeFileSync(page, `${old.slice(0, start)}\n\n${text}\n${rest}`);
}

const printRows = (rows) => print(rows, table(rows), 'npm run bench -- --write');

const what = process.argv[2];
if (what === 'growth') await printGrowth();
else if (what === 'dumps') printDumps();
else if (what === 'sides') printRows(await measureSides());
else printRows(await allRows());
