// SPDX-License-Identifier: GPL-2.0-only
/**
 * Linux's s390 guest address spaces (arch/s390/mm/gmap.c) outside the kernel.
 *
 * Addresses, lengths and words are bigints from 0n to 2n ** 64n - 1n, lengths in bytes; counts, lines and places are numbers. A wrong argument
 * is a TypeError or RangeError everywhere, which names it: docstrings say what else is thrown.
 *
 * @module s390-gmap
 */

export {
  type BugPlace,
  bugPlaces,
  type ErrnoCode,
  errnos,
  type InjectKind,
  injectKinds,
  type Kernel,
  kernels,
  programInterruptions,
} from './generated/abi.js';
export type { Mapping } from './inspect/mappings.js';
export type { DumpOptions, RangeLevel, TableRange } from './inspect/ranges.js';
export type { GuestView, HostView } from './inspect/views.js';
export { GmapError, type GmapErrorCode } from './machine/errors.js';
export type { MachineEvent } from './machine/events.js';
export { Gmap, type NotifyProtection, notifyProtections } from './machine/gmap.js';
export type { AccessOptions, Translation } from './machine/guest-access.js';
export { Machine, type MachineCounts } from './machine/machine.js';
export {
  type KeyOptions,
  type MapOptions,
  Mm,
  type MoveOptions,
  type PageUsage,
  type Protection,
  pageUsages,
} from './machine/mm.js';
export { IpteNotifier, type PteInvalidationCallback } from './machine/notifier.js';
export {
  type BugFailure,
  type ErrnoFailure,
  type ErrorOf,
  type Failed,
  type Failure,
  type FailureCode,
  type InterruptionFailure,
  type InvariantFailure,
  KernelError,
  type LoadInterruption,
  type Ok,
  type ProgramInterruption,
  type Result,
  unwrap,
} from './machine/result.js';
export { Snapshot } from './machine/snapshot.js';
export type { Write } from './machine/tracing.js';
export type { MachineOptions } from './machine-options.js';
export { AddonError } from './native/load.js';
export { type BuiltCode, builtKernels } from './own-code/cache.js';
export { OwnCodeError, type OwnCodeErrorCode } from './own-code/errors.js';
export * from './trace/index.js';
