// SPDX-License-Identifier: GPL-2.0-only
/** One job of a campaign: a process of its own, which its parent starts and hears. */

import { CorpusFolder } from './corpus.js';
import { errorText } from './error-text.js';
import { type FuzzFinding, type FuzzOptions, type FuzzReport, fuzz } from './fuzz.js';
import type { Fuzzer, FuzzStats } from './fuzzer.js';

/** What a job is told first. Afterwards only `stop`. */
export interface JobOrder extends Omit<FuzzOptions, 'signal' | 'corpus' | 'onFinding' | 'onInput' | 'onProgress'> {
  /** A folder to take inputs from, to keep them in, and to look into now and then for those of others. */
  readonly folder?: string;
}

/** What a job says. */
export type JobMessage =
  | { readonly kind: 'stats'; readonly stats: FuzzStats }
  | { readonly kind: 'input'; readonly input: Uint8Array }
  | { readonly kind: 'finding'; readonly finding: Omit<FuzzFinding, 'trace'> }
  | { readonly kind: 'report'; readonly report: Omit<FuzzReport, 'foundAll'> }
  | { readonly kind: 'failed'; readonly message: string };

export type JobCommand = { readonly kind: 'start'; readonly order: JobOrder } | { readonly kind: 'stop' };

const STATS_EVERY_MS = 200;
const LOOK_EVERY_MS = 3000;

const stop = new AbortController();
// Ctrl-C reaches the whole group of processes: the parent decides what it means.
process.on('SIGINT', () => {});
process.on('disconnect', () => stop.abort());
process.on('message', (command: JobCommand) => {
  if (command.kind === 'stop') stop.abort();
  else void work(command.order);
});

function say(message: JobMessage): Promise<void> {
  return new Promise((resolve) => {
    if (!process.connected) return resolve();
    process.send?.(message, undefined, {}, () => resolve());
  });
}

async function work(order: JobOrder): Promise<void> {
  try {
    const { foundAll, ...report } = await run(order);
    await say({ kind: 'report', report });
  } catch (error) {
    await say({ kind: 'failed', message: errorText(error) });
  }
  if (process.connected) process.disconnect();
}

function run({ folder: path, ...options }: JobOrder): Promise<FuzzReport> {
  const folder = path === undefined ? undefined : new CorpusFolder(path);
  let told = 0;
  let looked = performance.now();
  return fuzz({
    ...options,
    signal: stop.signal,
    corpus: folder?.news().map(({ input }) => input) ?? [],
    onFinding: ({ trace, ...finding }) => void say({ kind: 'finding', finding }),
    onInput: (input) => {
      folder?.save(input);
      void say({ kind: 'input', input });
    },
    onProgress: async (stats, fuzzer) => {
      const now = performance.now();
      if (now - told >= STATS_EVERY_MS) {
        told = now;
        // Waited for, so that a slow parent is not buried in messages.
        await say({ kind: 'stats', stats });
      }
      if (folder && now - looked >= LOOK_EVERY_MS) {
        looked = now;
        takeNews(folder, fuzzer);
      }
    },
  });
}

function takeNews(folder: CorpusFolder, fuzzer: Fuzzer): void {
  for (const { input } of folder.news()) fuzzer.add(input);
}
