// SPDX-License-Identifier: GPL-2.0-only
/**
 * Waits until one of some files is saved, however editors do that: writing into it, or giving its name to another one. The
 * files are looked at again and again, which costs less than a thousandth of a processor, and works where notifications of
 * the system do not: on file systems of other machines, and in folders that go and come back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StopSignal } from '../../stop-signal.js';
import { textOfStamp } from '../state.js';

/** All in milliseconds. */
const INTERVAL = 100;
/** Who saves several files at once has done so when nothing has changed for so long. */
const QUIET = 150;
/** A file that is gone for so long does not come back. */
const GONE = 1000;

export class SavedFiles {
  readonly #stamps = new Map<string, string>();

  get size(): number {
    return this.#stamps.size;
  }

  /** Adds files, as they are now. Those that are known stay as they were. */
  add(files: Iterable<string>): void {
    for (const file of files) if (!this.#stamps.has(file)) this.#stamps.set(file, textOfStamp(file));
  }

  /** From now on it is all as it is now. */
  accept(): void {
    for (const file of this.#stamps.keys()) this.#stamps.set(file, textOfStamp(file));
  }

  /** Waits until some are others than they were, and nothing more happens. Answers nothing more than that; early if it is stopped. */
  async changed(signal: StopSignal): Promise<void> {
    while (!signal.aborted && !this.#differs()) await sleep(INTERVAL);
    let last = this.#all();
    for (let quietSince = Date.now(); !signal.aborted; ) {
      await sleep(INTERVAL / 2);
      const now = this.#all();
      if (now.join() !== last.join()) quietSince = Date.now();
      last = now;
      if (Date.now() - quietSince >= (this.#lacks(now) ? GONE : QUIET)) return;
    }
  }

  #differs(): boolean {
    return [...this.#stamps].some(([file, stamp]) => textOfStamp(file) !== stamp);
  }

  #all(): string[] {
    return [...this.#stamps.keys()].map(textOfStamp);
  }

  /** Whether a file is not there that was. */
  #lacks(now: readonly string[]): boolean {
    return [...this.#stamps.values()].some((stamp, i) => stamp !== '' && now[i] === '');
  }
}
