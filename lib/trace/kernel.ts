// SPDX-License-Identifier: GPL-2.0-only
/** Which kernels the model can behave like. */
import { type Kernel, kernels } from '../generated/abi.js';

/** The kernel of a trace that does not name one. */
export const DEFAULT_KERNEL: Kernel = 'linux-4.7';

/** A trace, or whoever runs it, names a kernel that the model does not know. */
export class UnknownKernelError extends RangeError {
  override readonly name = 'UnknownKernelError';
  readonly code = 'ERR_UNKNOWN_KERNEL';
  readonly kernel: string;

  constructor(kernel: string) {
    super(`unknown kernel ${JSON.stringify(kernel)}; the model knows ${kernels.join(', ')}`);
    this.kernel = kernel;
  }
}

export function requireKernel(name: string): Kernel {
  const kernel = kernels.find((known) => known === name);
  if (kernel === undefined) throw new UnknownKernelError(name);
  return kernel;
}
