// SPDX-License-Identifier: GPL-2.0-only
/** A code is of one kernel: it brings its profile. */
import type { Kernel } from '../generated/abi.js';
import { DEFAULT_KERNEL, requireKernel } from '../trace/kernel.js';
import { type BuiltCode, requireCode } from './cache.js';
import { OwnCodeError } from './errors.js';

/**
 * The profile of a code. `asked`: the one that somebody asked for, `6.1` or `linux-6.1`.
 *
 * @throws {OwnCodeError} ERR_CODE_KERNEL if that is another one, `any` among them.
 * @throws {UnknownKernelError} if the model does not know it.
 */
export function kernelOfCode({ name, kernel }: Pick<BuiltCode, 'name' | 'kernel'>, asked: string | undefined): Kernel {
  const wanted = asked === undefined || asked === 'any' ? asked : requireKernel(asked);
  if (wanted === undefined || wanted === kernel) return kernel;
  throw new OwnCodeError('ERR_CODE_KERNEL', `the code ${name} is of ${kernel}, and ${wanted} was asked for`);
}

/** What runs programs: a built code with its profile, or the port as some kernel. */
export interface CodeAndKernel<Any> {
  readonly code: BuiltCode | undefined;
  readonly kernel: Kernel | Any;
}

/**
 * The code of that name with its profile, or without one the profile that was asked for, by default 4.7's.
 *
 * @throws {OwnCodeError} what {@link requireCode} and {@link kernelOfCode} throw.
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function codeAndKernel<Asked extends string>(
  name: string | undefined,
  asked: Asked | undefined,
): CodeAndKernel<Extract<Asked, 'any'>>;
export function codeAndKernel(name: string | undefined, asked: string | undefined): CodeAndKernel<'any'> {
  if (name !== undefined) {
    const code = requireCode(name);
    return { code, kernel: kernelOfCode(code, asked) };
  }
  return { code: undefined, kernel: asked === 'any' ? asked : requireKernel(asked ?? DEFAULT_KERNEL) };
}
