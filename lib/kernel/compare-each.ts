// SPDX-License-Identifier: GPL-2.0-only
/** Many programs, with the kernel at work on the next one while the model does the one before. */
import { checkIterable } from '../arguments.js';
import { checkOurs } from '../brands.js';
import { checkTrace } from '../trace/shapes.js';
import type { Trace } from '../trace/types.js';
import {
  type CompareWithKernelOptions,
  type Comparison,
  compareRecording,
  compareWithKernel,
  takeCompareOptions,
} from './compare.js';
import type { Session } from './session/session.js';

/**
 * Compares programs one after the other. The session belongs to it until it ends, or the caller stops asking.
 *
 * @throws {UnknownKernelError} if the model does not know the kernel.
 * @throws {LiveKernelError} if the kernel cannot be booted, or the guest's programs fail.
 */
export async function* compareEach(
  session: Session,
  programs: Iterable<Trace>,
  options: CompareWithKernelOptions = {},
): AsyncGenerator<Comparison, void> {
  checkOurs('compareEach: session', session, 'Session');
  checkIterable('compareEach: programs', programs);
  const taken = takeCompareOptions('compareEach: options', options);
  if (taken.observer === 'dump') {
    // A dump is of what the last program left: the next one has to wait.
    for (const program of programs) yield await compareWithKernel(session, program, { observer: 'dump' });
    return;
  }
  let ahead: Ahead | undefined;
  try {
    for (const program of programs) {
      checkTrace('compareEach: programs', program);
      const before = await settled(ahead);
      ahead = { program, recording: session.record(program) };
      // It is waited for in the next round, or at the end: until then nobody has to hear that it failed.
      ahead.recording.catch(() => {});
      if (before) yield compareRecording(before.program, before.recording, taken);
    }
    const last = await settled(ahead);
    ahead = undefined;
    if (last) yield compareRecording(last.program, last.recording, taken);
  } finally {
    await ahead?.recording.catch(() => {});
  }
}

interface Ahead {
  readonly program: Trace;
  readonly recording: Promise<Trace>;
}

async function settled(ahead: Ahead | undefined): Promise<{ program: Trace; recording: Trace } | undefined> {
  return ahead && { program: ahead.program, recording: await ahead.recording };
}
