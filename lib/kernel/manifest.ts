// SPDX-License-Identifier: GPL-2.0-only
/** kernel.json: what is known of an installed kernel. */
import { visible } from '../visible.js';

const FORMAT = 1;

/** Where a kernel comes from. */
export type KernelOrigin =
  /** Debian's binary packages. */
  | 'packages'
  /** Debian's source package, built here. */
  | 'source'
  /** A build folder of the user's. */
  | 'tree';

/** An installed kernel. Paths are absolute. */
export interface InstalledKernel {
  /** `6.1` */
  readonly name: string;
  /** As traces and the model name it: `linux-6.1`. */
  readonly kernel: string;
  /** What `uname -r` says: `6.1.0-50-s390x`. */
  readonly release: string;
  /** Which build of it this is, for recordings: `6.1.176-1` of a package, the release of a tree. */
  readonly version: string;
  /** Where it comes from. */
  readonly origin: KernelOrigin;
  /** The suite that it was downloaded from, or the tree. */
  readonly from: string;
  /** The folder in the cache. */
  readonly folder: string;
  /** What to boot. */
  readonly image: string;
  /** The initial RAM disk that it is booted with: this package's module and programs. */
  readonly initrd: string;
  /** Where modules are built against it: its headers, or the tree. */
  readonly build: string;
  /** Its types, for its crash dumps (BTF); absent where an older version of this package installed it. */
  readonly types?: string;
  /** Modules of its own that the guest loads, in this order. */
  readonly modules: readonly string[];
  /** Which version of this package's module and programs is in its initial RAM disk. */
  readonly harness: string;
}

const TEXTS = [
  'name',
  'kernel',
  'release',
  'version',
  'from',
  'folder',
  'image',
  'initrd',
  'build',
  'harness',
] as const;
const ORIGINS: readonly unknown[] = ['packages', 'source', 'tree'] satisfies KernelOrigin[];

export function printManifest(kernel: InstalledKernel): string {
  return `${JSON.stringify({ format: FORMAT, ...kernel }, null, 2)}\n`;
}

/**
 * Reads the manifest of the kernel of that name. Undefined if it is not understood: it is damaged, or of another version of
 * this package, and the kernel is to be installed anew.
 */
export function parseManifest(text: string, name: string): InstalledKernel | undefined {
  const values = parseObject(text);
  if (values?.format !== FORMAT || values.name !== name || !ORIGINS.includes(values.origin)) return undefined;
  if (!TEXTS.every((key) => isText(values[key]))) return undefined;
  if (values.types !== undefined && !isText(values.types)) return undefined;
  if (!Array.isArray(values.modules) || !values.modules.every(isText)) return undefined;
  const { format: _, ...kernel } = values;
  return kernel as unknown as InstalledKernel;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** All of them are printed. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && visible(value) === value;
}
