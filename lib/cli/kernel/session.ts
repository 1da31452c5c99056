// SPDX-License-Identifier: GPL-2.0-only

import { makeFolder } from '../../files/folders.js';
import type { Session, SessionOptions } from '../../kernel/index.js';
import { visible } from '../../visible.js';
import { CliError } from '../errors.js';
import { untilStopped } from '../signals.js';
import { type LiveOptions, requireLive } from './live.js';
import { withSteps } from './progress.js';

/** Boots the kernel for the work, and ends it afterwards. Until it is up, `stop` ends everything. @throws {Stopped} */
export async function withSession<Result>(
  live: LiveOptions,
  stop: AbortSignal,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { oneByOne, timeout, dump, dumpFormat } = live;
  if (dumpFormat !== undefined && dump === undefined) throw new CliError('--dump-format is for --dump DIR');
  if (dump !== undefined) makeFolder(dump);
  // Commands that can do without a kernel start in half of the time without what boots one.
  const { Session, useKernel } = await import('../../kernel/index.js');
  const kernel = await withSteps((onProgress) => untilStopped(useKernel(requireLive(live), onProgress), stop));
  const options: SessionOptions = {
    ...(oneByOne && { live: true }),
    ...(timeout !== undefined && { limits: { callMs: timeout * 1000 } }),
    ...(dump !== undefined && { dumps: { folder: dump, ...(dumpFormat !== undefined && { format: dumpFormat }) } }),
  };
  await using session = await withSteps((onProgress) => {
    onProgress({ step: `boot ${kernel.release}` });
    return untilStopped(Session.open(kernel, options), stop);
  });
  try {
    return await work(session);
  } finally {
    for (const path of session.dumps) console.error(`a dump of the kernel that died: ${visible(path)}`);
  }
}
