// SPDX-License-Identifier: GPL-2.0-only
/** Programs that cannot be read, or that no machine can be made for: words in place of a stack. */
import { FilmError } from '../../film/film-error.js';
import { GmapError } from '../../machine/errors.js';
import { OwnCodeError } from '../../own-code/errors.js';
import { UnknownKernelError } from '../../trace/kernel.js';
import { TraceSyntaxError } from '../../trace/syntax-error.js';
import type { Trace } from '../../trace/types.js';
import { visible } from '../../visible.js';
import { CliError } from '../errors.js';
import { readTrace, readTraceFromStdin } from '../files.js';
import { openTrace, openTraceFromStdin, type TraceFile } from './trace-file.js';

/** Reads a program; `-` is standard input. */
export function readProgram(file: string): Promise<Trace> {
  return syntaxProblems(() => (file === '-' ? readTraceFromStdin() : readTrace(file)));
}

/** The same for one that may be large: it is checked to its end, and read again item by item. Close it. */
export function openProgram(file: string): Promise<TraceFile> {
  return syntaxProblems(() => (file === '-' ? openTraceFromStdin() : openTrace(file)));
}

async function syntaxProblems<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof TraceSyntaxError ? new CliError(error.message) : error;
  }
}

const MODELS = [UnknownKernelError, GmapError, FilmError, OwnCodeError] as const;

/** What the model says against a program is told with the program's name. */
export function modelProblems<Result>(source: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw withSource(source, error);
  }
}

/** The same for work that takes breath. */
export async function modelProblemsOf<Result>(source: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw withSource(source, error);
  }
}

/** The same for work that is done while its results are asked for. */
export function* itemsOrProblem<Item>(source: string, items: Iterable<Item>): Generator<Item> {
  try {
    yield* items;
  } catch (error) {
    throw withSource(source, error);
  }
}

function withSource(source: string, error: unknown): unknown {
  return MODELS.some((type) => error instanceof type) && error instanceof Error
    ? new CliError(`${visible(source)}: ${error.message}`)
    : error;
}
