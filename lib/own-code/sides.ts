// SPDX-License-Identifier: GPL-2.0-only
/** What makes calls, and what makes them beside it: built codes, and the port. */
import type { Kernel } from '../generated/abi.js';
import { type BuiltCode, requireCode } from './cache.js';
import { OwnCodeError } from './errors.js';
import { PORT, takeCode } from './names.js';
import { codeAndKernel, kernelOfCode } from './profile.js';

/** Who is compared with. */
export interface OtherSide {
  /** Undefined: the port. */
  readonly code: BuiltCode | undefined;
  readonly kernel: Kernel;
}

export interface Sides {
  /** Undefined: the port. */
  readonly code: BuiltCode | undefined;
  readonly kernel: Kernel | 'any';
  readonly against: OtherSide | undefined;
}

/** The names of both sides, and the kernel, as somebody asked for them. */
export interface AskedSides {
  readonly code?: string | undefined;
  readonly kernel?: string | undefined;
  /** `port`, or the name of a code. */
  readonly against?: string | undefined;
}

/** The other side as an option, or throws. */
export function takeSide(name: string, value: unknown): string {
  return value === PORT ? PORT : takeCode(name, value);
}

/**
 * Both sides. The port is the kernel that the code beside it is; two codes need not be of one kernel.
 *
 * @throws {OwnCodeError} for a code that is not fit to be used, one that is of another kernel than the one that was asked for,
 * and for two sides that are the same.
 * @throws {UnknownKernelError} if the model does not know the kernel.
 */
export function sidesOf({ code: own, kernel: asked, against }: AskedSides): Sides {
  if (against === undefined) return { ...codeAndKernel<string>(own, asked), against: undefined } as Sides;
  const other = against === PORT ? undefined : requireCode(against);
  const code = own === undefined ? undefined : requireCode(own);
  if (code?.name === other?.name)
    throw new OwnCodeError('ERR_CODE_SAME', `${nameOfSide(code)} is compared with itself: name something else`);
  const kernel = kernelOfCode((code ?? other) as BuiltCode, asked);
  return { code, kernel, against: { code: other, kernel: other?.kernel ?? kernel } };
}

/** What a side is called in findings. */
export function nameOfSide(code: Pick<BuiltCode, 'name'> | undefined): string {
  return code?.name ?? PORT;
}
