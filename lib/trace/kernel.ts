// SPDX-License-Identifier: GPL-2.0-only
/** Profiles: the kernels that the model can behave like, and what people call them. */
import { checkText } from '../arguments.js';
import { type Kernel, kernels } from '../generated/abi.js';
import { show } from '../show.js';

type WithoutPrefix<Name extends string> = Name extends `linux-${infer Version}` ? Version : never;

/** A profile as people write it: `6.12` and `linux-6.12` are the same. */
export type KernelName = Kernel | WithoutPrefix<Kernel>;

/** The kernel of a trace that does not name one. */
export const DEFAULT_KERNEL: Kernel = 'linux-4.7';

/** The short names of all profiles: `4.7`, `5.10`, … */
export const kernelNames: readonly string[] = kernels.map((kernel) => kernel.replace(/^linux-/, ''));

/** The same for texts. */
export const kernelList: string = kernelNames.join(', ');

/** A trace, or whoever runs it, names a kernel that the model does not know. */
export class UnknownKernelError extends RangeError {
  override readonly name = 'UnknownKernelError';
  readonly code = 'ERR_UNKNOWN_KERNEL';
  /** The name that nobody knows. */
  readonly kernel: string;

  constructor(kernel: string) {
    super(`unknown kernel ${show(kernel)}; the model knows ${kernels.join(', ')}`);
    this.kernel = checkText('UnknownKernelError: kernel', kernel);
  }
}

/** The profile of that name; undefined if the model has none. */
export function findKernel(name: string): Kernel | undefined {
  return kernels.find((known) => known === name || known === `linux-${name}`);
}

/**
 * The profile of that name, `6.12` or `linux-6.12`.
 *
 * @throws {UnknownKernelError} if the model has none.
 */
export function requireKernel(name: string): Kernel {
  const kernel = findKernel(name);
  if (kernel === undefined) throw new UnknownKernelError(name);
  return kernel;
}

/** The name of a profile as an option, or throws. */
export function takeKernel(name: string, value: unknown): KernelName {
  return requireKernel(checkText(name, value));
}
