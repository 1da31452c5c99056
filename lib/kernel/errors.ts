// SPDX-License-Identifier: GPL-2.0-only
/** What can go wrong with real kernels apart from what they do themselves: that is a recording, not an error. */
import { checkText } from '../arguments.js';

export type LiveKernelErrorCode =
  /** Programs or files that Debian packages have are not there. */
  | 'ERR_TOOLS_MISSING'
  /** There is no kernel of that name, neither installed nor in the catalogue. */
  | 'ERR_UNKNOWN_NAME'
  | 'ERR_NOT_INSTALLED'
  /** Packages cannot be had: no network, or no suite that has them. */
  | 'ERR_DOWNLOAD'
  /** Compiling or configuring failed. */
  | 'ERR_BUILD'
  /** The cache folder, or a kernel tree, is not what it should be. */
  | 'ERR_FOLDER'
  /** QEMU did not start, or the kernel did not come up. */
  | 'ERR_BOOT'
  /** The programs inside of the guest failed; a bug of this package. */
  | 'ERR_HARNESS';

export class LiveKernelError extends Error {
  override readonly name = 'LiveKernelError';
  readonly code: LiveKernelErrorCode;

  constructor(code: LiveKernelErrorCode, message: string, options?: ErrorOptions) {
    super(checkText('LiveKernelError: message', message), options);
    this.code = code;
  }
}
