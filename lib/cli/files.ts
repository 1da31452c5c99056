// SPDX-License-Identifier: GPL-2.0-only
/** Finding and reading trace files. */
import { filesBelow, type Skipped } from '../files/below.js';
import { isFolder, requireThere } from '../files/folders.js';
import { readStandardInput, readText } from '../files/read.js';
import { parseTrace, type Trace } from '../trace/index.js';
import { visible } from '../visible.js';
import { CliError } from './errors.js';

const EXTENSION = '.trace';

/**
 * The files that `paths` stand for: files as they are named, directories with all *.trace files below them. What has such a
 * name and is no file is told on standard error.
 *
 * @throws {CliError} if there are no files at all.
 * @throws {FileError} if a path does not exist.
 */
export function findTraces(paths: readonly string[]): string[] {
  const files = paths.flatMap((path) => {
    requireThere(path);
    return isFolder(path) ? tracesBelow(path) : [path];
  });
  if (files.length === 0) throw new CliError(`no *${EXTENSION} files in ${paths.map(visible).join(', ')}`);
  return files;
}

function tracesBelow(folder: string): readonly string[] {
  const { files, skipped } = filesBelow(folder, (name) => name.endsWith(EXTENSION));
  skipped.forEach(printSkipped);
  return files;
}

/** Says that something below a folder is not looked at. */
export function printSkipped({ path, what }: Skipped): void {
  console.error(`skipped ${visible(path)}: ${what}`);
}

/**
 * Reads and parses a trace file.
 *
 * @throws {FileError} if it cannot be read, or is not UTF-8.
 * @throws {TraceSyntaxError} if it is no trace.
 */
export function readTrace(file: string): Trace {
  return parseTrace(readText(file), file);
}

/** The same for standard input. */
export async function readTraceFromStdin(): Promise<Trace> {
  const source = '<stdin>';
  return parseTrace(await readStandardInput(source), source);
}
