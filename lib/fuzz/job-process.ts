// SPDX-License-Identifier: GPL-2.0-only
/** One job of a campaign, as the process that started it sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { packageFile } from '../files/package-file.js';
import type { JobCommand, JobMessage, JobOrder } from './job.js';

/** So many inputs go into one message at most: a corpus of an earlier campaign may be large. */
const BATCH = 1000;

export class JobProcess {
  readonly #child: ChildProcess;
  #isOver = false;
  /** Is there when the process has ended and all that it said was heard: how it died, if it did not end by itself. */
  readonly ended: Promise<string | undefined>;

  /** @param hear must not throw */
  constructor(env: NodeJS.ProcessEnv, hear: (message: JobMessage) => void) {
    const child = fork(packageFile('dist/fuzz/job.js'), {
      serialization: 'advanced',
      env: { ...process.env, ...env },
    });
    child.on('message', (message: JobMessage) => {
      this.#isOver ||= message.kind === 'report' || message.kind === 'failed';
      hear(message);
    });
    this.#child = child;
    // The process can be gone before its last messages are read.
    this.ended = Promise.all([once(child, 'exit'), once(child, 'disconnect')]).then(([[status, killer]]) =>
      this.#isOver ? undefined : (killer ?? `exit status ${status}`),
    );
  }

  /** What is sent before is what it begins with. */
  start(order: JobOrder): void {
    this.#send({ kind: 'start', order });
  }

  give(inputs: readonly Uint8Array[]): void {
    for (let i = 0; i < inputs.length; i += BATCH) this.#send({ kind: 'inputs', inputs: inputs.slice(i, i + BATCH) });
  }

  /** Lets it end in good order, with a report. */
  stop(): void {
    this.#send({ kind: 'stop' });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #send(command: JobCommand): void {
    // A child that is gone has nothing to be told: its exit is heard elsewhere.
    if (this.#child.connected) this.#child.send(command, () => {});
  }
}
