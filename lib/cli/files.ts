// SPDX-License-Identifier: GPL-2.0-only
/** Finding and reading trace files. */
import { readFileSync, statSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { entriesBelow } from '../entries-below.js';
import { parseTrace, type Trace } from '../trace/index.js';
import { CliError, fileProblem } from './errors.js';

const EXTENSION = '.trace';

/**
 * The files that `paths` stand for: files as they are named, directories with all *.trace files below them.
 *
 * @throws {CliError} if a path does not exist, or if there are no files at all.
 */
export function findTraces(paths: readonly string[]): string[] {
  const files = paths.flatMap((path) => (isDirectory(path) ? tracesBelow(path) : [path]));
  if (files.length === 0) throw new CliError(`no *${EXTENSION} files in ${paths.join(', ')}`);
  return files;
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new CliError(fileProblem('read', path, error));
  }
}

function tracesBelow(directory: string): string[] {
  try {
    return entriesBelow(directory)
      .filter(({ entry }) => entry.name.endsWith(EXTENSION) && !entry.isDirectory())
      .map(({ path }) => path)
      .sort();
  } catch (error) {
    throw new CliError(fileProblem('read', directory, error));
  }
}

/**
 * Reads and parses a trace file.
 *
 * @throws {CliError} if it cannot be read, or is not UTF-8.
 * @throws {TraceSyntaxError} if it is no trace.
 */
export function readTrace(file: string): Trace {
  return parseTrace(decode(readBytes(file), file), file);
}

/** The same for standard input. */
export async function readTraceFromStdin(): Promise<Trace> {
  const source = '<stdin>';
  return parseTrace(decode(await buffer(process.stdin), source), source);
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CliError(fileProblem('read', file, error));
  }
}

function decode(bytes: Uint8Array, source: string): string {
  try {
    // A byte order mark is kept: the trace format has none, and the parser says where it stands.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CliError(`cannot read ${source}: it is not UTF-8 text`);
  }
}
