// SPDX-License-Identifier: GPL-2.0-only
/** Which kernel the model is in a campaign, and which booted kernel gets the programs that are kept. */
import type { Kernel } from '../../generated/abi.js';
import { requireInstalled } from '../../kernel/index.js';
import { DEFAULT_KERNEL } from '../../trace/kernel.js';
import { CliError } from '../errors.js';
import { profileFor } from '../kernel/live.js';
import { newFuzzSpelling } from '../old-spellings.js';
import { anyProfileOf } from '../profile.js';
import type { FuzzCommandOptions } from './options.js';

export interface CampaignKernels {
  readonly profile: Kernel | 'any';
  /** The name of a booted kernel. */
  readonly live: string | undefined;
}

/**
 * @throws {CliError} for a profile that the model does not know.
 * @throws {LiveKernelError} for a kernel that is not installed.
 */
export function campaignKernels(options: FuzzCommandOptions): CampaignKernels {
  const { kernel, live } = newFuzzSpelling(options);
  if (live === undefined) return { profile: anyProfileOf(kernel ?? DEFAULT_KERNEL), live };
  if (kernel === 'any') throw new CliError('a booted kernel is compared with one profile: leave "any" out');
  return { profile: profileFor(requireInstalled(live), kernel), live };
}
