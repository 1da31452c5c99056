// SPDX-License-Identifier: GPL-2.0-only
import { checkText } from '../arguments.js';
import { visible } from '../visible.js';

/** Something went wrong with a file or folder. The message has what was tried, the path, and why it failed. */
export class FileError extends Error {
  override readonly name = 'FileError';
  /** The path as it was given. */
  readonly path: string;
  /** What the system calls it, as in `ENOENT`; undefined where this package itself refused. */
  readonly code: string | undefined;

  /** `what`: `read`, as in `cannot read x.trace: no such file or directory`. */
  constructor(what: string, path: string, reason: string, options?: ErrorOptions & { readonly code?: string }) {
    super(
      `cannot ${checkText('FileError: what', what)} ${visible(checkText('FileError: path', path))}: ${visible(checkText('FileError: reason', reason))}`,
      options,
    );
    this.path = path;
    this.code = options?.code;
  }
}

/** Does the work; what node:fs throws is thrown as a FileError. */
export function attempt<Result>(what: string, path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw fileError(what, path, error);
  }
}

function fileError(what: string, path: string, error: unknown): FileError {
  if (error instanceof FileError) return error;
  const { message, code } = error as NodeJS.ErrnoException;
  // Node: "ENOENT: no such file or directory, open 'x.trace'"
  const reason = /^[A-Z0-9]+: (.*?)(?:, |$)/.exec(message)?.[1] ?? message;
  return new FileError(what, path, reason, { cause: error, ...(code !== undefined && { code }) });
}
