// SPDX-License-Identifier: GPL-2.0-only
/** Where recordings go. */
import { dirname } from 'node:path';
import { isFolder, makeFolder } from '../../files/folders.js';
import { writeFile } from '../../files/write.js';
import { printTrace, type Trace } from '../../trace/index.js';
import { CliError } from '../errors.js';
import { filesIn, placePrograms } from '../places.js';

const STDIN = '-';

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
  const named = paths.filter((path) => path !== STDIN);
  const programs = [
    ...(named.length < paths.length ? [{ program: STDIN, name: 'stdin.trace' }] : []),
    ...(named.length > 0 ? placePrograms(named) : []),
  ];
  const folder = output !== undefined && meansFolder(output);
  if (!folder) {
    if (programs.length > 1) {
      throw new CliError(`${programs.length} programs make as many recordings: give a folder for them, -o DIR/`);
    }
    return programs.map(({ program }) => ({ program, output }));
  }
  const files = filesIn(output, programs);
  return programs.map(({ program }, i) => ({ program, output: files[i] }));
}

function meansFolder(path: string): boolean {
  return path.endsWith('/') || isFolder(path);
}

export function writeRecording(file: string, recording: Trace): void {
  makeFolder(dirname(file));
  writeFile(file, printTrace(recording));
}
