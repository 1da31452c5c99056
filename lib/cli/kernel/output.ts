// SPDX-License-Identifier: GPL-2.0-only
/** Where recordings go. */
import { basename, dirname, join, relative } from 'node:path';
import { isFolder, makeFolder } from '../../files/folders.js';
import { writeFile } from '../../files/write.js';
import { printTrace, type Trace } from '../../trace/index.js';
import { CliError } from '../errors.js';
import { findTraces } from '../files.js';

export interface RecordingPlace {
  /** The file of the program, - for standard input. */
  readonly program: string;
  /** The file of its recording; absent for standard output. */
  readonly output: string | undefined;
}

/**
 * Finds the programs, and a place for the recording of each.
 *
 * @throws {CliError} if there are no programs, or if recordings would lie in each other's way.
 */
export function placeRecordings(paths: readonly string[], output: string | undefined): RecordingPlace[] {
  const programs = paths.flatMap((path) => programsOf(path));
  const folder = output !== undefined && meansFolder(output);
  if (!folder) {
    if (programs.length > 1) {
      throw new CliError(`${programs.length} programs make as many recordings: give a folder for them, -o DIR/`);
    }
    return programs.map(({ program }) => ({ program, output }));
  }
  const places = programs.map(({ program, name }) => ({ program, output: join(output, name) }));
  for (const [i, place] of places.entries()) {
    const same = places.findIndex((other) => other.output === place.output);
    if (same < i) throw new CliError(`${places[same]?.program} and ${place.program} would both be ${place.output}`);
  }
  return places;
}

/** Programs, and what their recordings are called: below a directory they keep their places. */
function programsOf(path: string): { program: string; name: string }[] {
  if (path === '-') return [{ program: path, name: 'stdin.trace' }];
  return findTraces([path]).map((program) => ({ program, name: relative(path, program) || basename(path) }));
}

function meansFolder(path: string): boolean {
  return path.endsWith('/') || isFolder(path);
}

export function writeRecording(file: string, recording: Trace): void {
  makeFolder(dirname(file));
  writeFile(file, printTrace(recording));
}
