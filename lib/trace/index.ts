// SPDX-License-Identifier: GPL-2.0-only
/** Traces: programs and recordings as text, executed by the model and compared. */
export { type CompareOptions, type Difference, diffTraces } from './compare.js';
export { type Json, type JsonOf, toJson } from './json.js';
export { type KernelName, UnknownKernelError } from './kernel.js';
export { decodeObservations, type Observation } from './observations.js';
export { parseTrace } from './parse.js';
export { printTrace } from './print.js';
export { encodeProgram } from './program.js';
export { recordTrace } from './record.js';
export { type ReplayOptions, type ReplayResult, type RunOptions, replay, runTrace } from './replay.js';
export { TraceSyntaxError } from './syntax-error.js';
export type {
  CallResult,
  Change,
  EntryFact,
  Fact,
  FactKey,
  GmapFact,
  GuestToHostFact,
  HostToGuestFact,
  Level,
  LowcoreFact,
  PageKind,
  PteFact,
  RefusalCode,
  RegionEntryFact,
  ReverseMappingFact,
  SegmentEntryFact,
  ShadowFact,
  ShadowPteFact,
  ShadowSegmentEntryFact,
  ShadowState,
  Trace,
  TraceCall,
  TraceComment,
  TraceEvent,
  TraceItem,
} from './types.js';
export { ObservationError } from './word-reader.js';
export { errnoOf } from './words.js';
