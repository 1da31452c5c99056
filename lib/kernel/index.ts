// SPDX-License-Identifier: GPL-2.0-only
/**
 * Real s390 kernels under QEMU: installed from Debian's packages or from a build folder, driven by programs, and
 * compared with the model. Nothing here prints; long work reports through `onProgress`.
 */
export {
  cacheFolder,
  findInstalled,
  folderSize,
  type InstalledKernel,
  installedKernels,
  type KernelOrigin,
  removeKernel,
  requireInstalled,
} from './cache.js';
export { type CatalogueEntry, catalogue, type Suite } from './catalogue.js';
export {
  type CompareWithKernelOptions,
  type Comparison,
  compareWithKernel,
  type SkippedCalls,
  skippedCalls,
} from './compare.js';
export { compareEach } from './compare-each.js';
export type { LastWords } from './console.js';
export { LiveKernelError, type LiveKernelErrorCode } from './errors.js';
export {
  type Installation,
  type InstallOptions,
  type InstallTreeOptions,
  installKernel,
  installTree,
  useKernel,
} from './install.js';
export { defaultLimits, type Limits } from './limits.js';
export type { OnProgress, Progress } from './progress.js';
export {
  compareRandom,
  type RandomComparison,
  type RandomComparisonOptions,
  type RandomFinding,
  type RandomProgress,
} from './random/compare.js';
export { randomProgram } from './random/program.js';
export { type RecordOptions, Session, type SessionOptions } from './session.js';
export { type Shows, type ShrinkOptions, shrink } from './shrink.js';
