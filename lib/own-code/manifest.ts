// SPDX-License-Identifier: GPL-2.0-only
/** code.json: what is known of a built code. */
import type { Kernel } from '../generated/abi.js';
import { findKernel } from '../trace/kernel.js';
import { visible } from '../visible.js';

const FORMAT = 1;

/** A code that was built. Paths are absolute, but for those of this package's files in `inputs`, which begin with `native/`. */
export interface BuiltCode {
  /** `mine`; that of Debian's package is `linux-6.1`. */
  readonly name: string;
  /** The profile that it brings, by its version or the nearest older one. */
  readonly kernel: Kernel;
  /** Which kernel it is of: `6.1.176`, or what the tree's makefile says. */
  readonly version: string;
  /** What it was built from: the tree, or `linux-source-6.1 6.1.192-3, bookworm-security`. */
  readonly from: string;
  /** The tree that it was built from; absent for Debian's package, whose files are in the folder `tree` of the code's own. */
  readonly tree?: string;
  /** A header of the user's, which comes before everything else. */
  readonly include?: string;
  /** The folder in the cache. */
  readonly folder: string;
  /** What is loaded. Another build has another path, so that a process that has this one loaded can load that too. */
  readonly addon: string;
  /** The version of this package that built it. */
  readonly package: string;
  /** What it was built for: `linux-x64`. */
  readonly system: string;
  /** The compiler as it calls itself. */
  readonly compiler: string;
  /** What the compiler was told beside what all builds are told. */
  readonly flags: string;
  /** The path of the compiler. */
  readonly program: string;
  /** Its size and when it was changed: where they are others, it is asked again what it is. */
  readonly programStamp: string;
  /** SHA-256 of each file that went into it, by its path, and its stamp, if nobody can have written it since without changing that. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The command that builds it again. */
  readonly command: string;
  /** Instructions in it that the machine does not have, with their places: a call that comes to one is BUG. */
  readonly unknown: readonly string[];
  /** Libraries that must be loaded before Node itself: the runtime of sanitizers. */
  readonly preload: readonly string[];
}

const TEXTS = [
  'name',
  'kernel',
  'version',
  'from',
  'folder',
  'addon',
  'package',
  'system',
  'compiler',
  'flags',
  'program',
  'programStamp',
  'command',
] as const satisfies readonly (keyof BuiltCode)[];

export function printManifest(code: BuiltCode): string {
  return `${JSON.stringify({ format: FORMAT, ...code }, null, 2)}\n`;
}

/**
 * Reads the manifest of the code of that name. Undefined if it is not understood: it is damaged, or of another version of this
 * package, and the code is to be built anew.
 */
export function parseManifest(text: string, name: string): BuiltCode | undefined {
  const values = objectOf(parsed(text));
  const kernel = typeof values?.kernel === 'string' ? findKernel(values.kernel) : undefined;
  if (values?.format !== FORMAT || values.name !== name || kernel !== values.kernel) return undefined;
  if (!TEXTS.every((key) => isText(values[key]))) return undefined;
  if (![values.tree, values.include].every((path) => path === undefined || isText(path))) return undefined;
  if (![values.unknown, values.preload].every((list) => Array.isArray(list) && list.every(isText))) return undefined;
  if (!Object.values(objectOf(values.inputs) ?? { none: 0 }).every(isText)) return undefined;
  const { format: _, ...code } = values;
  return code as unknown as BuiltCode;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}

/** All of them are printed. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && visible(value) === value;
}
