// SPDX-License-Identifier: GPL-2.0-only
import { LiveKernelError } from '../../kernel/index.js';
import { CliError } from '../errors.js';

/** What goes wrong around real kernels is told to users without a stack. */
export async function liveKernelProblems<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LiveKernelError) throw new CliError(error.message);
    throw error;
  }
}
