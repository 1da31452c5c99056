// SPDX-License-Identifier: GPL-2.0-only
/** Shows how far long work is: bars on a terminal, otherwise a line for each step. On standard error, both. */
import type { SingleBar } from 'cli-progress';
import type { OnProgress, Progress } from '../../kernel/index.js';
import { barOnTerminal } from '../bar.js';
import { Stopped } from '../signals.js';

interface Steps {
  show(progress: Progress): void;
  end(): void;
}

const TOTAL = 100;

export async function withSteps<Result>(work: (onProgress: OnProgress) => Promise<Result>): Promise<Result> {
  const steps = (await barsOnTerminal()) ?? new Lines();
  try {
    return await work((progress) => steps.show(progress));
  } finally {
    steps.end();
  }
}

async function barsOnTerminal(): Promise<Bars | undefined> {
  const bar = await barOnTerminal('{bar} {share} {step}', 20);
  return bar && new Bars(bar);
}

/** A bar for the step that goes on; it is gone when the step is done. */
class Bars implements Steps {
  readonly #bar: SingleBar;
  #started = false;

  constructor(bar: SingleBar) {
    this.#bar = bar;
  }

  show({ step, fraction }: Progress): void {
    const share = fraction === undefined ? '    ' : `${Math.floor(fraction * TOTAL)}%`.padStart(4);
    const value = Math.floor((fraction ?? 0) * TOTAL);
    if (this.#started) this.#bar.update(value, { step, share });
    else this.#bar.start(TOTAL, value, { step, share });
    this.#started = true;
  }

  end(): void {
    this.#bar.stop();
  }
}

/** For logs: nothing moves there. Counts within a step are left out. */
class Lines implements Steps {
  #step = '';

  show({ step }: Progress): void {
    const title = step.replace(/:.*/, '');
    if (title !== this.#step) console.error(title);
    this.#step = title;
  }

  end(): void {}
}

/**
 * Does the work for each item, one after the other, while a bar shows how far it is. Without a terminal: nothing. Work that throws
 * `Stopped` ends it with what was done until then.
 */
export async function withStepsOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const bars = await barsOnTerminal();
  const results: Result[] = [];
  try {
    for (const [i, item] of items.entries()) {
      bars?.show({ step: `${i} of ${items.length} programs`, fraction: i / items.length });
      results.push(await work(item, i));
    }
    return results;
  } catch (error) {
    if (error instanceof Stopped) return results;
    throw error;
  } finally {
    bars?.end();
  }
}
