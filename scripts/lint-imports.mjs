// SPDX-License-Identifier: GPL-2.0-only
// Part of npm run lint: an import in lib/ may name what lies in its own room, or in a room that is listed for it.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Failure, isMain, script } from './steps.mjs';

/** What the code of each room may run. Folders in a room are that room, unless they are named here; `.` is lib/ itself. */
const ROOMS = {
  generated: [],
  // numbers and names that everything may know
  '.': ['generated'],
  // what a package keeps on disk, and what it is given there
  files: ['.'],
  trace: ['.', 'generated'],
  programs: ['.', 'trace', 'generated'],
  // codes that were built, which machines run
  'own-code': ['.', 'generated', 'files', 'trace'],
  'own-code/rewrite': [],
  'own-code/build': ['.', 'generated', 'files', 'own-code', 'own-code/rewrite', 'kernel', 'kernel/install'],
  native: ['.', 'generated', 'files', 'trace', 'machine', 'own-code'],
  machine: ['.', 'generated', 'trace', 'native', 'inspect', 'own-code'],
  inspect: ['.', 'generated', 'trace', 'machine'],
  film: ['.', 'generated', 'files', 'trace', 'native', 'machine', 'inspect', 'own-code', 'dump'],
  kernel: ['.', 'generated', 'files', 'trace', 'programs', 'own-code', 'dump'],
  'kernel/install': ['.', 'generated', 'files', 'kernel', 'dump'],
  'kernel/session': ['.', 'generated', 'files', 'trace', 'inspect', 'kernel', 'kernel/install'],
  fuzz: ['.', 'generated', 'files', 'trace', 'programs', 'native', 'machine', 'inspect', 'kernel', 'own-code'],
  // what no machine is needed for
  dump: ['.', 'generated', 'files', 'trace', 'inspect'],
  // types
  json: [],
  'fast-check': ['.', 'generated', 'trace', 'programs', 'machine'],
};
/** The doors of rooms whose parts lie in rooms above them: what a program imports. */
const DOORS = [
  { from: /^(?:index|raw)\.ts$/, to: ['trace', 'native', 'machine', 'inspect', 'own-code'] },
  { from: /^kernel\/[\w-]+\.ts$/, to: ['kernel/install', 'kernel/session', 'own-code', 'own-code/build'] },
  { from: /^trace\/replay\.ts$/, to: ['machine', 'own-code'] },
  { from: /^inspect\/index\.ts$/, to: ['film'] },
];
/** The command line is above everything. */
const isFree = (file) => file.startsWith('cli/');

const roomOf = (file) =>
  Object.keys(ROOMS)
    .filter((room) => file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0] ?? (file.startsWith('cli/') ? 'cli' : '.');

/** Imports that leave something behind when types are gone. */
function* importsOf(text) {
  for (const [, names, path] of text.matchAll(/^(?:import|export) (?!type )([^;]*?)from '(\.[^']+)';/gms)) {
    const items = /\{([^}]*)\}/.exec(names)?.[1].split(',') ?? [names];
    if (items.some((item) => item.trim() !== '' && !item.trim().startsWith('type '))) yield path;
  }
}

/** Each import that leads up, as a line for people. `files`: by path below lib/, their text. */
export function wrongImports(files) {
  return [...files].flatMap(([file, text]) =>
    [...importsOf(text)].flatMap((path) => {
      const [from, to] = [roomOf(file), roomOf(relative('.', join(dirname(file), path)))];
      const door = DOORS.find((row) => row.from.test(file))?.to ?? [];
      if (isFree(file) || from === to || ROOMS[from].includes(to) || door.includes(to)) return [];
      return [`lib/${file}: '${path}' leads from ${from} to ${to}`];
    }),
  );
}

/** Files that, when they run, import each other in a circle: each circle once, as a line for people. */
export function circles(files) {
  const found = [];
  const done = new Set();
  const visit = (file, way) => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (done.has(file) || way.includes(file)) return;
    for (const path of importsOf(files.get(file) ?? ''))
      visit(relative('.', join(dirname(file), path)).replace(/\.js$/, '.ts'), [...way, file]);
    done.add(file);
  };
  for (const file of files.keys()) visit(file, []);
  return found;
}

/** Files outside of lib/files/ that reach for the file system by themselves: each as a line for people. */
export function wrongFileAccess(files) {
  return [...files]
    .filter(
      ([file, text]) =>
        !file.startsWith('files/') &&
        /\b(?:from|import|require)\s*\(?\s*['"](?:node:)?fs(?:\/promises)?['"]/.test(text),
    )
    .map(([file]) => `lib/${file}: only lib/files/ imports node:fs`);
}

export function checkImports() {
  const paths = readdirSync('lib', { recursive: true }).filter((path) => path.endsWith('.ts'));
  const files = new Map(paths.map((path) => [path, readFileSync(`lib/${path}`, 'utf8')]));
  const wrong = [
    ...wrongImports(files),
    ...wrongFileAccess(files),
    ...circles(files).map((circle) => `a circle: ${circle}`),
  ];
  if (wrong.length > 0)
    throw new Failure(`Rooms of lib/ import only what scripts/lint-imports.mjs lists for them:\n${wrong.join('\n')}`);
}

if (isMain(import.meta.url)) await script(checkImports);
