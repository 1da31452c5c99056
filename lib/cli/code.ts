// SPDX-License-Identifier: GPL-2.0-only
/** `--code NAME`: a built code, which runs programs in the port's place. */
import { type Command, Option } from 'commander';
import type { Kernel } from '../generated/abi.js';
import { requireCode } from '../own-code/cache.js';
import { kernelOfCode } from '../own-code/profile.js';
import { type AskedSides, nameOfSide, sidesOf } from '../own-code/sides.js';
import { addProfileOption, anyProfileOf, profileOf } from './profile.js';

export function codeOption(text: string): Option {
  return new Option('--code <name>', text);
}

export const RUNS = 'run a built code in place of the port: mine, or 6.1; see kernel list';

export function againstOption(): Option {
  return new Option('--against <name>', 'what must do the same as the code: another code, or port');
}

/** For commands that run a trace. */
export function addRunnerOptions(command: Command): Command {
  return addProfileOption(command).addOption(codeOption(RUNS));
}

/** The names of a code and of what stands beside it, as the library has them. @throws {OwnCodeError} */
export function sideNames(asked: AskedSides): { readonly code?: string; readonly against?: string } {
  const { code, against } = sidesOf(asked);
  return { ...(code && { code: code.name }), ...(against && { against: nameOfSide(against.code) }) };
}

/** What was asked for to run programs. */
export interface RunnerOptions {
  readonly kernel?: string | undefined;
  readonly code?: string | undefined;
}

/** The same for the library, where what is not there is left out. */
export interface Runner {
  readonly kernel?: Kernel;
  readonly code?: string;
}

/**
 * What is wrong with it is said once, before anything runs.
 *
 * @throws {CliError} for a kernel that the model does not know.
 * @throws {OwnCodeError} for a code that is not fit to be used, or is of another kernel.
 */
export function runnerOf({ kernel, code }: RunnerOptions): Runner {
  if (code === undefined) return kernel === undefined ? {} : { kernel: profileOf(kernel) };
  const built = requireCode(code);
  const profile = kernelOfCode(built, kernel === undefined ? kernel : anyProfileOf(kernel));
  return { code: built.name, ...(kernel !== undefined && { kernel: profile }) };
}
