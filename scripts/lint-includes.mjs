// SPDX-License-Identifier: GPL-2.0-only
// Part of npm run lint: an #include in native/ may name what lies in its own room, or in a room below it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { Failure, isMain, script } from './steps.mjs';

/** From the bottom to the top; each has a README.md. What lies in a folder of a room is in that room, unless it is named here. */
const ROOMS = [
  'abi',
  'core/machine',
  'core/hardware',
  'core/linux',
  'core/linux/mm',
  'core/linux/gmap',
  'core/check',
  'core/program',
  // what a tree's own code sees, and what the core sees of it
  'own-code',
  'fuzz/oracles',
  'fuzz/engine',
  'fuzz/targets',
  'addon',
  'addon/model',
  'addon/hot',
  'addon/js',
];

/** Where the kernel itself calls up. */
const EXCEPTIONS = [
  // Whoever changes a PTE of a process changes what its guests see: the PTE layer tells gmap's notifiers (ptep_notify).
  { from: /^core\/linux\/mm\//, to: 'core/linux/gmap/pgtable.h' },
  // A page table that goes is taken out of the gmaps first (gmap_unlink), and a process is flushed together with its gmap.
  // The fourth, that a process which exits has a list of gmaps, needs no header: the list's links are in struct mm.
  { from: /^core\/linux\/mm\/(page_table|tlb)\.c$/, to: 'core/linux/gmap/gmap_queries.h' },
  // A tree's own struct gmap stands in the place of the port's.
  { from: /^core\/linux\/gmap\/gmap\.h$/, to: 'own-code/gmap_struct.h' },
];

/** Made with each build of a tree's own code. */
const LAYOUT = 'own_layout.h';

const roomOf = (file) => ROOMS.findLastIndex((room) => file.startsWith(`${room}/`));

/** Each include that leads up, as a line for people. `files`: by path below native/, their text. */
export function wrongIncludes(files) {
  return [...files].flatMap(([file, text]) =>
    [...text.matchAll(/^#include "([^"]+)"/gm)].flatMap(([, included]) => {
      const problem = problemOf(file, included, files);
      return problem === undefined ? [] : [`native/${file}: #include "${included}" ${problem}`];
    }),
  );
}

function problemOf(file, included, files) {
  if (included === LAYOUT) return undefined;
  const room = roomOf(included);
  if (!files.has(included) || room < 0) return 'is not the path of a file of a room, from native/ on';
  if (room <= roomOf(file)) return undefined;
  if (EXCEPTIONS.some(({ from, to }) => from.test(file) && to === included)) return undefined;
  return `leads up, from ${ROOMS[roomOf(file)]} to ${ROOMS[room]}`;
}

/** The sources of all rooms: tests, which lie in folders of their own, include what they need. */
function sources() {
  const paths = readdirSync('native', { recursive: true }).filter(
    (path) => /\.(?:[ch]|cc|hh|def)$/.test(path) && !path.split('/').includes('test'),
  );
  return new Map(paths.map((path) => [path, readFileSync(`native/${path}`, 'utf8')]));
}

export function checkIncludes() {
  const files = sources();
  const problems = [
    ...[...files.keys()].filter((file) => roomOf(file) < 0).map((file) => `native/${file} is in no room`),
    ...ROOMS.filter((room) => !existsSync(`native/${room}/README.md`)).map((room) => `native/${room} has no README.md`),
    ...wrongIncludes(files),
  ];
  if (problems.length > 0) {
    throw new Failure(`${problems.join('\n')}\nscripts/lint-includes.mjs has the rooms, from the bottom to the top.`);
  }
}

if (isMain(import.meta.url)) await script(async () => checkIncludes());
