// SPDX-License-Identifier: GPL-2.0-only
/** How the command line ends. */
import { FileError } from '../files/file-error.js';

export const ExitStatus = {
  OK: 0,
  /** It did what was asked, and the answer is no: a difference, or an error in a trace. */
  FAILED: 1,
  /** It could not do what was asked: wrong options, or a file that cannot be read. */
  USAGE: 2,
  /** There is nothing that could be asked; what `git bisect run` leaves out. */
  UNTESTABLE: 125,
  /** Ctrl-C; what shells say of a program that ended by SIGINT. */
  INTERRUPTED: 130,
  /** Nobody reads the output any more; what shells say of a program that ended by SIGPIPE. */
  SIGPIPE: 141,
} as const;

/** What the user should read in place of a stack: the command line cannot do what was asked. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** Does the work. What goes wrong with a file is answered: something else has to be said first. */
export async function fileProblem(work: () => unknown): Promise<FileError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof FileError) return error;
    throw error;
  }
}

/** By their names: loading all of their classes would take longer than most commands run. */
const SPEAKING: readonly string[] = [
  'CliError',
  'FileError',
  'AddonError',
  'LiveKernelError',
  'OwnCodeError',
  'TraceSyntaxError',
  'UnknownKernelError',
  'GmapError',
  'CampaignError',
  'CoverageError',
  'DumpError',
];

/** Whether an error's message says to users what is wrong. Any other is a mistake of this package. */
export function speaksForItself(error: unknown): error is Error {
  return error instanceof Error && SPEAKING.includes(error.name);
}
