// SPDX-License-Identifier: GPL-2.0-only
/** What runs the programs of a campaign, and which booted kernel gets those that are kept. */
import type { Kernel } from '../../generated/abi.js';
import { requireInstalled } from '../../kernel/index.js';
import { requireCode } from '../../own-code/cache.js';
import { kernelOfCode } from '../../own-code/profile.js';
import { DEFAULT_KERNEL } from '../../trace/kernel.js';
import { CliError } from '../errors.js';
import { profileFor } from '../kernel/live.js';
import { newFuzzSpelling } from '../old-spellings.js';
import { anyProfileOf } from '../profile.js';
import type { FuzzCommandOptions } from './options.js';

export interface CampaignKernels {
  readonly profile: Kernel | 'any';
  /** The name of a built code, which brings its profile. */
  readonly code: string | undefined;
  /** The name of a booted kernel. */
  readonly live: string | undefined;
}

/**
 * @throws {CliError} for a profile that the model does not know.
 * @throws {LiveKernelError} for a kernel that is not installed.
 * @throws {OwnCodeError} for a code that is not fit to be used, or is of another kernel.
 */
export function campaignKernels(options: FuzzCommandOptions): CampaignKernels {
  const { code } = options;
  if (code !== undefined) return codeKernels(code, options);
  const { kernel, live } = newFuzzSpelling(options);
  if (live === undefined) return { profile: anyProfileOf(kernel ?? DEFAULT_KERNEL), code, live };
  if (kernel === 'any') throw new CliError('a booted kernel is compared with one profile: leave "any" out');
  return { profile: profileFor(requireInstalled(live), kernel), code, live };
}

/** There are no old spellings with a code. A booted kernel of another version is compared with it where `--kernel` says so. */
function codeKernels(code: string, { kernel, live, model }: FuzzCommandOptions): CampaignKernels {
  if (model !== undefined)
    throw new CliError('--model is what --kernel was called: leave it out, a code brings its kernel');
  const asked = kernel === undefined ? kernel : anyProfileOf(kernel);
  const built = requireCode(code);
  const profile = kernelOfCode(built, asked);
  if (live === undefined) return { profile, code: built.name, live };
  return { profile: kernelOfCode(built, profileFor(requireInstalled(live), asked)), code: built.name, live };
}
