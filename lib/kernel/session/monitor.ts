// SPDX-License-Identifier: GPL-2.0-only
/** QEMU's monitor, for programs (QEMU, docs/interop/qmp-spec.rst): a JSON document a line, both ways. */
import type { Duplex } from 'node:stream';
import { LiveKernelError } from '../errors.js';

interface Answer {
  readonly return?: unknown;
  readonly error?: { readonly desc?: string };
  readonly event?: string;
}

/** The guest has come to its end, one way or the other. */
const STOPPED: readonly unknown[] = ['GUEST_PANICKED', 'SHUTDOWN'];

/** One command at a time. */
export class Monitor {
  readonly #stream: Duplex;
  readonly #onStopped: () => void;
  readonly #ready: Promise<void>;
  #text = '';
  #answered: ((answer: Answer | undefined) => void) | undefined;

  /** `onStopped` is called when the guest has stopped for good. */
  constructor(stream: Duplex, onStopped: () => void) {
    this.#stream = stream;
    this.#onStopped = onStopped;
    stream.setEncoding('utf8').on('data', (text: string) => this.#read(text));
    stream.on('error', () => {});
    stream.on('close', () => this.#answered?.(undefined));
    // There are no events before.
    this.#ready = this.#ask('qmp_capabilities', {});
    this.#ready.catch(() => {});
  }

  /** @throws {LiveKernelError} ERR_HARNESS if QEMU refuses, or is gone. */
  async execute(command: string, options: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await this.#ready;
    await this.#ask(command, options);
  }

  async #ask(command: string, options: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await new Promise<Answer | undefined>((resolve) => {
      this.#answered = resolve;
      if (this.#stream.destroyed) resolve(undefined);
      else this.#stream.write(`${JSON.stringify({ execute: command, arguments: options })}\n`);
    });
    this.#answered = undefined;
    if (answer && !answer.error) return;
    throw new LiveKernelError('ERR_HARNESS', `QEMU: ${command}: ${answer?.error?.desc ?? 'it is gone'}`);
  }

  /** The greeting and most events are of no interest. */
  #read(text: string): void {
    const lines = (this.#text + text).split('\n');
    this.#text = lines.pop() ?? '';
    for (const line of lines) {
      const answer = JSON.parse(line) as Answer;
      if ('return' in answer || 'error' in answer) this.#answered?.(answer);
      else if (STOPPED.includes(answer.event)) this.#onStopped();
    }
  }
}
