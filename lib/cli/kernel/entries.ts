// SPDX-License-Identifier: GPL-2.0-only
/** What the cache folder has: kernels of every kind. A kernel of one kind can have the name of another's. */
import type { BuiltCodeEntry, KernelEntry } from '../../json/index.js';
import { folderSize, installedKernels } from '../../kernel/cache.js';
import { withoutPrefix } from '../../kernel/names.js';
import { type BuiltCode, builtKernels } from '../../own-code/cache.js';
import { whyStale } from '../../own-code/state.js';
import { CliError } from '../errors.js';

/** The kinds, and how their names are given elsewhere. */
const OPTIONS = {
  /** A real kernel, which QEMU boots. */
  booted: '--live',
  /** A tree's own gmap.c in the port's place. */
  built: '--code',
} as const;

export type KernelKind = keyof typeof OPTIONS;

/** Booted kernels, then built ones. */
export function kernelEntries(): KernelEntry[] {
  const sized = <Kernel extends { readonly folder: string }>(kernel: Kernel) => ({
    ...kernel,
    bytes: folderSize(kernel.folder),
  });
  return [
    ...installedKernels().map((kernel) => sized({ ...kernel, kind: 'booted' as const })),
    ...builtKernels().map((code) => sized({ ...withState(code), kind: 'built' as const })),
  ];
}

function withState(code: BuiltCode): Omit<BuiltCodeEntry, 'kind' | 'bytes'> {
  const { inputs: _, ...known } = code;
  const stale = whyStale(code);
  return { ...known, ...(stale !== undefined && { stale }) };
}

/**
 * The kind of the kernel that a name alone means; undefined if there is none.
 *
 * @throws {CliError} if kernels of more than one kind have the name.
 */
export function kindOf(name: string, entries: readonly Pick<KernelEntry, 'name' | 'kind'>[]): KernelKind | undefined {
  const kinds = entries.filter((entry) => withoutPrefix(entry.name) === withoutPrefix(name)).map(({ kind }) => kind);
  if (kinds.length <= 1) return kinds[0];
  const options = kinds.map((kind) => `${OPTIONS[kind]} ${name} for the ${kind} one`);
  throw new CliError(`there are ${kinds.length} kernels ${name}: say ${options.join(', or ')}`);
}
