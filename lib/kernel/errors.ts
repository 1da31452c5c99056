// SPDX-License-Identifier: GPL-2.0-only
/** What can go wrong with real kernels apart from what they do themselves: that is a recording, not an error. */
import { checkText } from '../arguments.js';

/** What went wrong, for programs. */
export type LiveKernelErrorCode =
  /** Programs or files that Debian packages have are not there. */
  | 'ERR_TOOLS_MISSING'
  /** There is no kernel of that name, neither installed nor in the catalogue. */
  | 'ERR_UNKNOWN_NAME'
  /** There is such a kernel, and it is not installed. */
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

/** What goes wrong with real kernels apart from what they do themselves: that is a recording. */
export class LiveKernelError extends Error {
  override readonly name = 'LiveKernelError';
  /** What went wrong, for programs. */
  readonly code: LiveKernelErrorCode;

  constructor(code: LiveKernelErrorCode, message: string, options?: ErrorOptions) {
    super(checkText('LiveKernelError: message', message), options);
    this.code = checkText('LiveKernelError: code', code) as LiveKernelErrorCode;
  }
}
