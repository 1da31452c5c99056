// SPDX-License-Identifier: GPL-2.0-only
import type { CatalogueEntry, InstalledKernel } from '../kernel/index.js';
import type { BuiltCode } from '../own-code/manifest.js';

/** A real kernel, which QEMU boots. */
export interface BootedKernelEntry extends InstalledKernel {
  readonly kind: 'booted';
  /** How many bytes its folder takes on disk. */
  readonly bytes: number;
}

/** A tree's own gmap.c in the port's place. */
export interface BuiltCodeEntry extends Omit<BuiltCode, 'inputs'> {
  readonly kind: 'built';
  /** How many bytes its folder takes on disk. */
  readonly bytes: number;
  /** Why it must be built again; absent where it is fit to be used. */
  readonly stale?: string;
}

/** What the cache folder has. */
export type KernelEntry = BootedKernelEntry | BuiltCodeEntry;

/** What `kernel list --json` prints. */
export interface KernelListJson {
  /** The cache folder. */
  readonly cache: string;
  /** Booted kernels, then built codes. */
  readonly installed: readonly KernelEntry[];
  /** What `kernel install` could install besides. */
  readonly available: readonly CatalogueEntry[];
}
