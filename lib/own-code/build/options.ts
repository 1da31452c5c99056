// SPDX-License-Identifier: GPL-2.0-only
/** What a build is asked for, and the command that asks for the same. */
import { resolve } from 'node:path';
import { callback, checkPath, checkText, flag, optional, signal, type Takers, takeOptions } from '../../arguments.js';
import { checkMirror } from '../../kernel/install/mirrors.js';
import type { OnProgress } from '../../kernel/progress.js';
import { quoted } from '../../quoted.js';
import { show } from '../../show.js';
import type { StopSignal } from '../../stop-signal.js';
import { OwnCodeError } from '../errors.js';
import { buildCommand, codeName, debianVersion } from '../names.js';

/** What is built, and how. */
export interface BuildOptions {
  /** The folder of a Linux tree. Default: the source is that of Debian's package for the version that the code is called by. */
  readonly source?: string;
  /** The http, https or file URL of a Debian mirror, in place of those that the machine's apt uses. */
  readonly mirror?: string;
  /** The name or path of a C compiler. Default: the newest clang, or else gcc. */
  readonly compiler?: string;
  /** A header that is included before everything else: declarations of what only this tree's code uses. */
  readonly include?: string;
  /** Whether the code is built with AddressSanitizer and UBSan, for which clang is needed. */
  readonly sanitize?: boolean;
  /** Default: true. Without hooks nobody sees the code's stores: snapshots, tracing and most checks do not work. For benchmarks. */
  readonly hooks?: boolean;
  /** Is told of each step. */
  readonly onProgress?: OnProgress;
  /** Ends the build. Nothing of it is left. */
  readonly signal?: StopSignal;
}

const takers: Takers<BuildOptions> = {
  source: optional(checkPath),
  mirror: optional(checkMirror),
  compiler: optional(checkText),
  include: optional(checkPath),
  sanitize: flag(false),
  hooks: flag(true),
  onProgress: optional(callback()),
  signal: optional(signal),
};

/** The same, looked at. Paths are absolute. */
export interface Asked {
  readonly name: string;
  /** The tree; or the version of Debian's package. */
  readonly source: { readonly tree: string } | { readonly version: string };
  readonly mirror: string | undefined;
  readonly compiler: string | undefined;
  readonly include: string | undefined;
  readonly sanitize: boolean;
  readonly hooks: boolean;
  readonly onProgress: OnProgress;
  readonly signal: StopSignal | undefined;
  /** The command that asks for it. */
  readonly command: string;
}

/** @throws {OwnCodeError | TypeError | RangeError} */
export function takeAsked(name: string, options: BuildOptions): Asked {
  const called = codeName(checkText('buildKernel: name', name));
  const taken = takeOptions('buildKernel: options', options, takers);
  const { source, mirror, compiler, onProgress = () => {}, signal, sanitize = false, hooks = true } = taken;
  const include = taken.include === undefined ? undefined : resolve(taken.include);
  const tree = source === undefined ? undefined : resolve(source);
  const more = [
    ...(compiler === undefined ? [] : ['--compiler', quoted(compiler)]),
    ...(include === undefined ? [] : ['--include', quoted(include)]),
    ...(sanitize ? ['--sanitize'] : []),
    ...(hooks ? [] : ['--no-hooks']),
  ];
  const command = [buildCommand(called, tree), ...more].join(' ');
  const from = tree === undefined ? { version: versionOf(called) } : { tree };
  return { name: called, source: from, mirror, compiler, include, sanitize, hooks, onProgress, signal, command };
}

function versionOf(name: string): string {
  const version = debianVersion(name);
  if (version !== undefined) return version;
  throw new OwnCodeError(
    'ERR_CODE_NAME',
    `${show(name)} is no version of Debian's linux-source, such as 6.1. A tree of your own: ${buildCommand(name, undefined)}`,
  );
}
