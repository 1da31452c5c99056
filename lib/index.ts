// SPDX-License-Identifier: GPL-2.0-only
/** Linux's s390 guest address spaces (arch/s390/mm/gmap.c) outside the kernel. */
export { GmapError, type GmapErrorCode } from './errors.js';
export type { MachineEvent } from './events.js';
export {
  type BugPlace,
  bugPlaces,
  type ErrnoCode,
  errnos,
  type InjectKind,
  injectKinds,
  type Kernel,
  kernels,
} from './generated/abi.js';
export { Gmap, type NotifyProtection, notifyProtections } from './gmap.js';
export type { AccessOptions, Translation } from './guest-access.js';
export type { DumpOptions, RangeLevel, TableRange } from './inspect/ranges.js';
export type { GuestView, HostView } from './inspect/views.js';
export { Machine, type MachineCounts, type MachineOptions } from './machine.js';
export type { Mapping } from './mappings.js';
export { type MapOptions, Mm, type PageUsage, type Protection, pageUsages } from './mm.js';
export { IpteNotifier, type PteInvalidationCallback } from './notifier.js';
export {
  type BugFailure,
  type ErrnoFailure,
  type Failed,
  type Failure,
  type FailureCode,
  type InterruptionFailure,
  type InvariantFailure,
  KernelError,
  type LoadInterruption,
  type Ok,
  type ProgramInterruption,
  programInterruptions,
  type Result,
  unwrap,
} from './result.js';
export { Snapshot } from './snapshot.js';
export * from './trace/index.js';
export type { Write } from './tracing.js';
