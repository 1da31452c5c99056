// SPDX-License-Identifier: GPL-2.0-only
/**
 * Signals that end a command which has something to say or to put away first. SIGTERM is what time limits send, SIGHUP comes
 * when a terminal is closed: the command stops, says what was done until then, and ends with 128 and the signal's number.
 * Ctrl-C ends most commands at once; some take it as the end of what they do.
 */
import { constants } from 'node:os';

type EndingSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

let received: EndingSignal | undefined;

/** A signal came, and the work was left where it was. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** The exit status after SIGTERM or SIGHUP; undefined if the command's own holds. After `Stopped` Ctrl-C has one too. */
export function signalStatus(error?: unknown): number | undefined {
  if (received === undefined || (received === 'SIGINT' && !(error instanceof Stopped))) return undefined;
  return statusOf(received);
}

/** What shells say of a program that ended by a signal. */
function statusOf(name: EndingSignal): number {
  return 128 + constants.signals[name];
}

/** Listens from its making to its disposal. One more signal ends the process. */
export class EndingSignals implements Disposable {
  readonly #names: readonly EndingSignal[];
  #controller = new AbortController();
  readonly #hear = (name: NodeJS.Signals) => {
    if (this.signal.aborted) process.exit(statusOf(name as EndingSignal));
    received = name as EndingSignal;
    this.#controller.abort();
  };

  /** `interrupt`: Ctrl-C too. */
  constructor({ interrupt = false }: { readonly interrupt?: boolean } = {}) {
    this.#names = ['SIGTERM', 'SIGHUP', ...(interrupt ? (['SIGINT'] as const) : [])];
    for (const name of this.#names) process.on(name, this.#hear);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** For what comes after the work that Ctrl-C has ended: it is not interrupted yet. */
  again(): AbortSignal {
    if (received === undefined || received === 'SIGINT') this.#controller = new AbortController();
    return this.signal;
  }

  [Symbol.dispose](): void {
    for (const name of this.#names) process.off(name, this.#hear);
  }
}

/**
 * Waits for the work, or for a signal: then the work is left alone, and the process is about to end.
 *
 * @throws {Stopped}
 */
export function untilStopped<Result>(work: Promise<Result>, stop: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new Stopped());
    if (stop.aborted) onAbort();
    stop.addEventListener('abort', onAbort);
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', onAbort));
  });
}

/** What is answered in place of work that a signal has ended. */
export function ifStopped<Result>(answer: Result): (error: unknown) => Result {
  return (error) => {
    if (error instanceof Stopped) return answer;
    throw error;
  };
}

/**
 * Lets signals be heard between two pieces of work that does not wait for anything.
 *
 * @throws {Stopped}
 */
export async function breathe(stop?: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (stop?.aborted) throw new Stopped();
}
