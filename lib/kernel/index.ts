// SPDX-License-Identifier: GPL-2.0-only
/**
 * Real s390 kernels under QEMU: installed from Debian's packages or from a build folder, driven by programs, and
 * compared with the model. And codes: a Linux tree's own gmap.c, built for the simulated machine. Nothing here prints; long work reports through `onProgress`.
 *
 * @module s390-gmap/kernel
 */

export { cacheFolder } from '../files/cache-folder.js';
export { FileError } from '../files/file-error.js';
export { type Build, buildKernel } from '../own-code/build/build.js';
export type { BuildOptions } from '../own-code/build/options.js';
export { type BuiltCode, builtKernels, removeCode } from '../own-code/cache.js';
export { OwnCodeError, type OwnCodeErrorCode } from '../own-code/errors.js';
export { randomProgram } from '../programs/random/program.js';
export { type Shows, type ShrinkOptions, shrink } from '../programs/shrink.js';
export {
  findInstalled,
  folderSize,
  installedKernels,
  removeKernel,
  requireInstalled,
} from './cache.js';
export {
  type CompareWithKernelOptions,
  type Comparison,
  compareWithKernel,
  type Observer,
  type SkippedCalls,
  skippedCalls,
} from './compare.js';
export { compareEach } from './compare-each.js';
export {
  compareRandom,
  type RandomComparison,
  type RandomComparisonOptions,
  type RandomFinding,
  type RandomProgress,
} from './compare-random.js';
export { LiveKernelError, type LiveKernelErrorCode } from './errors.js';
export { type CatalogueEntry, catalogue, type Suite } from './install/catalogue.js';
export {
  type Installation,
  type InstallOptions,
  type InstallTreeOptions,
  installKernel,
  installTree,
  useKernel,
} from './install/install.js';
export type { InstalledKernel, KernelOrigin } from './manifest.js';
export type { OnProgress, Progress } from './progress.js';
export type { LastWords } from './session/console.js';
export type { DumpFileFormat } from './session/dump-files.js';
export { defaultLimits, type Limits } from './session/limits.js';
export { type DumpsOfDead, type RecordOptions, Session, type SessionOptions } from './session/session.js';
