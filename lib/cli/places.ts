// SPDX-License-Identifier: GPL-2.0-only
/** Where what is made of programs goes, so that nothing lies in another thing's way. */
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { visible } from '../visible.js';
import { CliError } from './errors.js';
import { requireSome, tracesOf } from './files.js';

/** A program, and the name that it has below a folder. */
export interface Place {
  readonly program: string;
  readonly name: string;
}

/**
 * The programs that `paths` stand for. Below a folder they keep their places; where that gives one name to two programs, all
 * have their places below the folder that they have in common.
 *
 * @throws {CliError} if there are no programs.
 */
export function placePrograms(paths: readonly string[]): Place[] {
  const places = paths.flatMap((path) =>
    tracesOf(path).map((program) => ({ program, name: relative(path, program) || basename(path) })),
  );
  requireSome(places, paths);
  return sameName(places) ? inCommonFolder(places) : places;
}

function inCommonFolder(places: readonly Place[]): Place[] {
  const folder = places.map(({ program }) => dirname(resolve(program))).reduce(commonFolder);
  return places.map(({ program }) => ({ program, name: relative(folder, resolve(program)) }));
}

function commonFolder(a: string, b: string): string {
  return a === b || b.startsWith(a.endsWith(sep) ? a : a + sep) ? a : commonFolder(dirname(a), b);
}

function sameName(places: readonly Place[]): readonly [Place, Place] | undefined {
  const byName = new Map<string, Place>();
  for (const place of places) {
    const other = byName.get(place.name);
    if (other) return [other, place];
    byName.set(place.name, place);
  }
  return undefined;
}

/**
 * A file in the folder for each program, in the order of the programs.
 *
 * @throws {CliError} if two would be the same.
 */
export function filesIn(
  folder: string,
  places: readonly Place[],
  rename: (name: string) => string = (name) => name,
): string[] {
  const files = places.map(({ program, name }) => ({ program, name: join(folder, rename(name)) }));
  const [first, second] = sameName(files) ?? [];
  if (first && second) {
    const programs = `${visible(first.program)} and ${visible(second.program)}`;
    throw new CliError(`${programs} would both be ${visible(second.name)}`);
  }
  return files.map(({ name }) => name);
}
