// SPDX-License-Identifier: GPL-2.0-only
/** `--kernel NAME`: the profile, which is the kernel that the model behaves like. Booted kernels are `--live NAME`. */
import { type Command, Option } from 'commander';
import type { Kernel } from '../generated/abi.js';
import { UnknownKernelError } from '../trace/index.js';
import { kernelList, requireKernel } from '../trace/kernel.js';
import { CliError } from './errors.js';

/** For commands that run a trace: it goes before the kernel in the header. */
export function addProfileOption(command: Command): Command {
  return command.addOption(profileOption('behave like this kernel, not the one in the header'));
}

export function profileOption(text: string): Option {
  return new Option('--kernel <name>', `${text}: ${kernelList}`);
}

/**
 * The profile of that name.
 *
 * @throws {CliError} if the model does not know it.
 */
export function profileOf(name: string): Kernel {
  try {
    return requireKernel(name);
  } catch (error) {
    if (error instanceof UnknownKernelError) throw new CliError(error.message);
    throw error;
  }
}

/**
 * A profile, or `any`: each program says on which kernel it runs.
 *
 * @throws {CliError} if the model does not know it.
 */
export function anyProfileOf(name: string): Kernel | 'any' {
  return name === 'any' ? name : profileOf(name);
}
