// SPDX-License-Identifier: GPL-2.0-only
/**
 * What options were called in the version before: `--kernel` was a booted kernel in compare, record and fuzz, `--live` made
 * one call at a time, `--model` was the profile. They work until the next version; standard error says what to write.
 */
import { exists } from '../files/folders.js';
import { visible } from '../visible.js';
import { isInstalled, type LiveOptions } from './kernel/live.js';

export function deprecated(old: string, use: string): void {
  console.error(visible(`deprecated: use ${use} in place of ${old}`));
}

export interface OldLiveOptions extends Omit<LiveOptions, 'live'> {
  /** true where no name stands behind it. */
  readonly live?: string | true | undefined;
}

/** The arguments and options of compare and record as they are written now. */
export function newLiveSpelling(
  paths: readonly string[],
  { live, kernel, ...options }: OldLiveOptions,
): { readonly paths: readonly string[]; readonly options: LiveOptions } {
  if (live === true || (live !== undefined && kernel !== undefined && isProgram(live))) {
    deprecated('--live without a name', '--one-by-one');
    const programs = live === true ? paths : [live, ...paths];
    return newLiveSpelling(programs, { ...options, kernel, oneByOne: true });
  }
  if (live !== undefined || kernel === undefined) return { paths, options: { ...options, live, kernel } };
  deprecated(`--kernel ${kernel} for a booted kernel`, `--live ${kernel}`);
  return { paths, options: { ...options, live: kernel } };
}

/** The flag could stand before a program, which now looks like its name. */
function isProgram(live: string): boolean {
  return !isInstalled(live) && exists(live);
}

export interface OldFuzzOptions {
  readonly kernel?: string | undefined;
  readonly live?: string | undefined;
  readonly model?: string | undefined;
}

/**
 * The options of fuzz as they are written now. `--kernel` alone is still a booted kernel where one of that name is installed, and
 * its profile; elsewhere it was an error, and is the profile.
 */
export function newFuzzSpelling({ kernel, live, model }: OldFuzzOptions): Omit<OldFuzzOptions, 'model'> {
  if (model !== undefined) deprecated(`--model ${model}`, `--kernel ${model}${whenFree(model)}`);
  const isBooted = live === undefined && kernel !== undefined && (model !== undefined || isInstalled(kernel));
  if (!isBooted) return { kernel: model ?? kernel, live };
  deprecated(`--kernel ${kernel} for a booted kernel`, `--live ${kernel}`);
  return { kernel: model, live: kernel };
}

/** There the new meaning of `--kernel` cannot be had while the old one works. */
function whenFree(name: string): string {
  return isInstalled(name) ? ' (from the next version on)' : '';
}
