// SPDX-License-Identifier: GPL-2.0-only
/** How far a campaign is: a line that changes on a terminal, otherwise one every ten seconds. On standard error, both. */
import type { SingleBar } from 'cli-progress';
import type { CampaignStats } from '../../fuzz/campaign.js';
import { barOnTerminal } from '../bar.js';

const LINE_EVERY_SECONDS = 10;
const TOTAL = 1000;

export interface Goal {
  readonly runs?: number;
  /** Milliseconds. */
  readonly time?: number;
}

export class FuzzStatus {
  readonly #goal: Goal;
  readonly #bar: SingleBar | undefined;
  #running = false;
  #lineAt = LINE_EVERY_SECONDS;

  static async to(goal: Goal): Promise<FuzzStatus> {
    const hasEnd = goal.runs !== undefined || goal.time !== undefined;
    return new FuzzStatus(goal, await barOnTerminal(hasEnd ? '{percentage}% {status}' : '{status}'));
  }

  private constructor(goal: Goal, bar: SingleBar | undefined) {
    this.#goal = goal;
    this.#bar = bar;
  }

  show(stats: CampaignStats, note: string): void {
    if (!this.#bar) {
      if (stats.seconds < this.#lineAt) return;
      this.#lineAt = stats.seconds + LINE_EVERY_SECONDS;
      console.error(describe(stats, note));
      return;
    }
    const status = describe(stats, note);
    const value = Math.min(TOTAL, Math.floor(this.#fraction(stats) * TOTAL));
    if (this.#running) this.#bar.update(value, { status });
    else this.#bar.start(TOTAL, value, { status });
    this.#running = true;
  }

  /** Clears the line, so that something else can be printed; the next status makes it anew. */
  hide(): void {
    if (this.#running) this.#bar?.stop();
    this.#running = false;
  }

  #fraction({ runs, seconds }: CampaignStats): number {
    const { runs: allRuns, time } = this.#goal;
    return Math.max(allRuns ? runs / allRuns : 0, time ? (seconds * 1000) / time : 0);
  }
}

function describe(stats: CampaignStats, note: string): string {
  const seconds = Math.max(stats.seconds, 0.001);
  return [
    `${short(stats.runs / seconds)} exec/s`,
    `${short(stats.operations / seconds)} ops/s`,
    `corpus ${stats.corpus}`,
    `${stats.edges}${stats.counters > 0 ? ` of ${stats.counters}` : ''} edges`,
    `${stats.findings} findings`,
    `new ${Math.floor(stats.sinceNew)} s ago`,
    ...(note ? [note] : []),
  ].join(', ');
}

/** 1234567 is 1.2M. */
function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(1)}M`;
  return value >= 1e4 ? `${Math.round(value / 1e3)}k` : String(Math.round(value));
}
