// SPDX-License-Identifier: GPL-2.0-only
/** What runs the programs of a campaign, and which booted kernel gets those that are kept. */
import type { Kernel } from '../../generated/abi.js';
import { requireInstalled } from '../../kernel/cache.js';
import { kernelOfCode } from '../../own-code/profile.js';
import { nameOfSide, sidesOf } from '../../own-code/sides.js';
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
  /** What makes all calls too: `port`, or the name of a code. */
  readonly against: string | undefined;
  /** The name of a booted kernel. */
  readonly live: string | undefined;
}

/**
 * @throws {CliError} for a profile that the model does not know.
 * @throws {LiveKernelError} for a kernel that is not installed.
 * @throws {OwnCodeError} for a code that is not fit to be used, or is of another kernel.
 */
export function campaignKernels(options: FuzzCommandOptions): CampaignKernels {
  const { code, against } = options;
  if (code !== undefined || against !== undefined) return codeKernels(options);
  const { kernel, live } = newFuzzSpelling(options);
  if (live === undefined) return { profile: anyProfileOf(kernel ?? DEFAULT_KERNEL), code, against, live };
  if (kernel === 'any') throw new CliError('a booted kernel is compared with one profile: leave "any" out');
  return { profile: profileFor(requireInstalled(live), kernel), code, against, live };
}

/** There are no old spellings with a code. A booted kernel of another version is compared with it where `--kernel` says so. */
function codeKernels({ kernel, live, model, ...options }: FuzzCommandOptions): CampaignKernels {
  if (model !== undefined)
    throw new CliError('--model is what --kernel was called: leave it out, a code brings its kernel');
  const asked = kernel === undefined ? kernel : anyProfileOf(kernel);
  const { against } = options;
  const sides = sidesOf({ ...options, kernel: asked });
  const names = { code: sides.code?.name, against: against === undefined ? against : nameOfSide(sides.against?.code) };
  if (live === undefined) return { profile: sides.kernel, ...names, live };
  const booted = profileFor(requireInstalled(live), asked);
  if (sides.code) kernelOfCode(sides.code, booted);
  return { profile: booted, ...names, live };
}
