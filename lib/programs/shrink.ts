// SPDX-License-Identifier: GPL-2.0-only
/** Makes a program smaller as long as it still shows what it shows. */

import { callback, checkFunction, number, optional, type Takers, takeOptions } from '../arguments.js';
import { traceOf } from '../trace/make.js';
import { operationOf } from '../trace/operations.js';
import { checkTrace } from '../trace/shapes.js';
import type { Trace, TraceCall } from '../trace/types.js';
import { PAGE, SEGMENT } from './random/world.js';

/** Whether a program still shows it. It is asked again and again: on a real kernel each time is a run. */
export type Shows = (program: Trace) => Promise<boolean>;

/** How long it is tried. */
export interface ShrinkOptions {
  /** Is told of each smaller program. */
  readonly onProgress?: (calls: number, tries: number) => void;
  /** Programs that are tried at most. Default: 2000. */
  readonly maxTries?: number;
}

const takers: Takers<ShrinkOptions> = {
  onProgress: optional(callback()),
  maxTries: optional(number(0, Number.MAX_SAFE_INTEGER)),
};

/**
 * The smallest program found: calls are left out, first many at a time, then one by one; then arguments are made
 * rounder, until nothing more helps. A program that does not show it at all is answered as it is. Rejects with what `shows` does.
 */
export async function shrink(program: Trace, shows: Shows, options: ShrinkOptions = {}): Promise<Trace> {
  checkTrace('shrink: program', program);
  checkFunction('shrink: shows', shows);
  const shrinker = new Shrinker(program, shows, takeOptions('shrink: options', options, takers));
  return shrinker.run();
}

class Shrinker {
  readonly #program: Trace;
  readonly #shows: Shows;
  readonly #options: ShrinkOptions;
  readonly #triesLeft: number;
  #calls: readonly TraceCall[];
  #tries = 0;

  constructor(program: Trace, shows: Shows, options: ShrinkOptions) {
    this.#program = program;
    this.#shows = shows;
    this.#options = options;
    this.#triesLeft = options.maxTries ?? 2000;
    this.#calls = program.items.filter((item): item is TraceCall => item.kind === 'call');
  }

  async run(): Promise<Trace> {
    let before: readonly TraceCall[] = [];
    while (this.#calls !== before) {
      before = this.#calls;
      for (let size = Math.ceil(this.#calls.length / 2); size > 0; size = Math.floor(size / 2))
        await this.#leaveOut(size);
      await this.#simplifyArguments();
    }
    return this.#build(this.#calls);
  }

  /** Pieces of that many calls, from the end on: what comes late is rarely needed by what comes early. */
  async #leaveOut(size: number): Promise<void> {
    for (let end = this.#calls.length; end > 0; end -= size) {
      const start = Math.max(0, end - size);
      await this.#try([...this.#calls.slice(0, start), ...this.#calls.slice(end)]);
      end = Math.min(end, this.#calls.length + size);
    }
  }

  async #simplifyArguments(): Promise<void> {
    for (let i = 0; i < this.#calls.length; i++) {
      const call = this.#calls[i];
      for (let arg = 0; call !== undefined && arg < call.args.length; arg++) await this.#simplify(i, arg);
    }
  }

  async #simplify(i: number, arg: number): Promise<void> {
    const call = this.#calls[i];
    const value = call?.args[arg];
    if (call === undefined || value === undefined) return;
    for (const rounder of rounderThan(call, arg, value)) {
      const args = withItem(call.args, arg, rounder);
      if (await this.#try(withItem(this.#calls, i, { ...call, args }))) return;
    }
  }

  async #try(calls: readonly TraceCall[]): Promise<boolean> {
    if (calls.length === 0 || this.#tries >= this.#triesLeft) return false;
    this.#tries++;
    const smaller = await this.#shows(this.#build(calls));
    if (smaller) this.#calls = calls;
    this.#options.onProgress?.(this.#calls.length, this.#tries);
    return smaller;
  }

  /** Comments of the header stay; others stood between calls that may be gone. */
  #build(calls: readonly TraceCall[]): Trace {
    const first = this.#program.items.findIndex((item) => item.kind === 'call');
    const header = first < 0 ? this.#program.items : this.#program.items.slice(0, first);
    return traceOf([...header, ...calls], this.#program.source);
  }
}

function withItem<Item>(items: readonly Item[], place: number, item: Item): Item[] {
  return items.map((other, i) => (i === place ? item : other));
}

/** Values that say less than this one: the page, the segment, one page, nothing. */
function rounderThan(call: TraceCall, arg: number, value: bigint): bigint[] {
  const form = operationOf(call).args[arg]?.form;
  if (form !== 'HEX' && form !== 'DEC') return [];
  const candidates = [0n, value % SEGMENT === 0n ? SEGMENT : PAGE, value - (value % SEGMENT), value - (value % PAGE)];
  return [...new Set(candidates)].filter((candidate) => candidate < value);
}
