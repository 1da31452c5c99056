// SPDX-License-Identifier: GPL-2.0-only
/** `--live NAME` and what goes with it: the options of commands that run programs on a booted kernel. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Kernel } from '../../generated/abi.js';
import { installedKernels } from '../../kernel/cache.js';
import type { InstalledKernel } from '../../kernel/index.js';
import { withoutPrefix } from '../../kernel/names.js';
import { type DumpFileFormat, dumpFileFormats } from '../../kernel/session/dump-files.js';
import { findKernel, kernelList } from '../../trace/kernel.js';
import { CliError } from '../errors.js';
import { profileOf } from '../profile.js';

export interface LiveOptions {
  /** The name of a booted kernel. */
  readonly live?: string | undefined;
  /** A profile, where the command has one. */
  readonly kernel?: string | undefined;
  readonly oneByOne?: boolean | undefined;
  /** Seconds. */
  readonly timeout?: number | undefined;
  /** A folder for crash dumps of kernels that die. */
  readonly dump?: string | undefined;
  readonly dumpFormat?: DumpFileFormat | undefined;
}

export function addLiveOptions(command: Command): Command {
  const live = new Option('--live [name]', 'a booted kernel, such as 6.1; see kernel list');
  // Without a name it is an old spelling, which help does not show.
  live.flags = '--live <name>';
  return command
    .addOption(live)
    .option('--one-by-one', 'make one call at a time')
    .option('--timeout <seconds>', 'when a call that does not return counts as hung; default: 10', seconds)
    .option('--dump <folder>', 'where a crash dump of each kernel that dies is kept')
    .addOption(new Option('--dump-format <format>', 'of these; default: kdump-zlib').choices(dumpFileFormats));
}

/**
 * The booted kernel that was named.
 *
 * @throws {CliError} if none was.
 */
export function requireLive({ live }: LiveOptions): string {
  if (live !== undefined) return live;
  const names = installedKernels().map(({ name }) => name);
  const there = names.length > 0 ? `installed: ${names.join(', ')}` : 'none is installed: s390-gmap kernel install 6.1';
  throw new CliError(`required option '--live <name>' not specified; ${there}`);
}

/** Whether a booted kernel has that name, `6.1` or `linux-6.1`. */
export function isInstalled(name: string): boolean {
  return installedKernels().some((kernel) => kernel.name === withoutPrefix(name));
}

/**
 * The profile to compare a booted kernel with: the one that was asked for, else that of the kernel's version.
 *
 * @throws {CliError} if the model does not know it.
 */
export function profileFor({ name, kernel }: InstalledKernel, asked: string | undefined): Kernel {
  if (asked === undefined && findKernel(kernel) === undefined) {
    throw new CliError(`the model has no profile for ${name} (${kernel}): choose one with --kernel: ${kernelList}`);
  }
  return profileOf(asked ?? kernel);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86400)) throw new InvalidArgumentError('a number of seconds above 0 is expected.');
  return value;
}
