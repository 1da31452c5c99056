// SPDX-License-Identifier: GPL-2.0-only
/** Finding and reading trace files. */
import { filesBelow, type Skipped } from '../files/below.js';
import { isFolder, requireThere } from '../files/folders.js';
import { readPieces } from '../files/pieces.js';
import { withJson } from '../trace/json.js';
import type { Trace, TraceItem } from '../trace/types.js';
import { visible } from '../visible.js';
import { CliError } from './errors.js';
import { TraceReader } from './trace/trace-reader.js';

const EXTENSION = '.trace';

/**
 * The files that `paths` stand for: files as they are named, directories with all *.trace files below them. What has such a
 * name and is no file is told on standard error.
 *
 * @throws {CliError} if there are no files at all.
 * @throws {FileError} if a path does not exist.
 */
export function findTraces(paths: readonly string[]): string[] {
  const files = paths.flatMap(tracesOf);
  requireSome(files, paths);
  return files;
}

/** Those of one path. @throws {FileError} if it does not exist. */
export function tracesOf(path: string): readonly string[] {
  requireThere(path);
  if (!isFolder(path)) return [path];
  const { files, skipped } = filesBelow(path, (name) => name.endsWith(EXTENSION));
  skipped.forEach(printSkipped);
  return files;
}

/** @throws {CliError} if nothing was found. */
export function requireSome(found: readonly unknown[], paths: readonly string[]): void {
  if (found.length === 0) throw new CliError(`no *${EXTENSION} files in ${paths.map(visible).join(', ')}`);
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
  const reader = new TraceReader(file);
  const items: TraceItem[] = [];
  readPieces(file, (piece) => reader.push(piece, items));
  return withJson({ source: file, header: reader.end(items), items });
}

/** The same for standard input. */
export async function readTraceFromStdin(): Promise<Trace> {
  const source = '<stdin>';
  const reader = new TraceReader(source);
  const items: TraceItem[] = [];
  for await (const piece of process.stdin) reader.push(piece as Uint8Array, items);
  return withJson({ source, header: reader.end(items), items });
}
