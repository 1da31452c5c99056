// SPDX-License-Identifier: GPL-2.0-only
/** The options that commands share which run programs on a real kernel, and the session that follows from them. */
import { type Command, InvalidArgumentError } from 'commander';
import { Session, type SessionOptions, useKernel } from '../../kernel/index.js';
import { withSteps } from './progress.js';

export interface KernelOptions {
  readonly kernel: string;
  readonly live?: boolean;
  readonly timeout?: number;
}

export function addKernelOptions(command: Command): Command {
  return command
    .requiredOption('--kernel <name>', 'an installed kernel, such as 6.1')
    .option('--live', 'one call at a time')
    .option('--timeout <seconds>', 'when a call that does not return counts as hung; default: 10', seconds);
}

/** Boots the kernel for the work, and ends it afterwards. */
export async function withSession<Result>(
  { kernel: name, live, timeout }: KernelOptions,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const kernel = await withSteps((onProgress) => useKernel(name, onProgress));
  const options: SessionOptions = {
    ...(live && { live }),
    ...(timeout !== undefined && { limits: { callMs: timeout * 1000 } }),
  };
  await using session = await withSteps((onProgress) => {
    onProgress({ step: `boot ${kernel.release}` });
    return Session.open(kernel, options);
  });
  return await work(session);
}

function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 86400)) throw new InvalidArgumentError('a number of seconds above 0 is expected.');
  return value;
}
