// SPDX-License-Identifier: GPL-2.0-only
/**
 * Fuzzing: random programs, guided by what is new about them, each operation judged by several oracles. Nothing here
 * prints. `docs/fuzzing.md` is the guide.
 *
 * @module s390-gmap/fuzz
 */

export type { Skipped } from '../files/below.js';
export { FileError } from '../files/file-error.js';
export { type KnownDefect, knownDefects } from '../generated/abi.js';
export {
  CampaignError,
  type CampaignOptions,
  type CampaignReport,
  type CampaignStats,
  runCampaign,
} from './campaign.js';
export { type CorpusFile, CorpusFolder, nameOfInput, readInput } from './corpus.js';
export { type FuzzFinding, type FuzzOptions, type FuzzReport, fuzz } from './fuzz.js';
export {
  Fuzzer,
  type FuzzerOptions,
  type FuzzStats,
  type Minimized,
  type Oracle,
  oracles,
  type RawFinding,
  type Verdict,
} from './fuzzer.js';
export { inputToTrace, kernelOfInput, traceToInput } from './input.js';
export {
  type Finding,
  printCTest,
  printTypeScriptTest,
  printUcontrol,
  type UcontrolReproducer,
} from './reproducer/index.js';
