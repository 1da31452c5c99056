// SPDX-License-Identifier: GPL-2.0-only
/** How the command line ends. */

export const ExitStatus = {
  OK: 0,
  /** It did what was asked, and the answer is no: a difference, or an error in a trace. */
  FAILED: 1,
  /** It could not do what was asked: wrong options, or a file that cannot be read. */
  USAGE: 2,
  /** Ctrl-C; what shells say of a program that ended by SIGINT. */
  INTERRUPTED: 130,
  /** Nobody reads the output any more; what shells say of a program that ended by SIGPIPE. */
  SIGPIPE: 141,
} as const;

/** What the user should read in place of a stack: the command line cannot do what was asked. */
export class CliError extends Error {
  override readonly name = 'CliError';
}

/** The message of what went wrong with a file: `cannot read x.trace: no such file or directory`. */
export function fileProblem(what: string, file: string, error: unknown): string {
  const { message } = error as NodeJS.ErrnoException;
  // Node: "ENOENT: no such file or directory, open 'x.trace'"
  const reason = /^[A-Z0-9]+: (.*?), /.exec(message)?.[1] ?? message;
  return `cannot ${what} ${file}: ${reason}`;
}
