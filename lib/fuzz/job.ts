// SPDX-License-Identifier: GPL-2.0-only
/** One job of a campaign: a process of its own, which its parent starts and hears. It writes no files. */

import { allowTerminalToGo } from '../files/terminals.js';
import { errorText } from './error-text.js';
import { type FuzzFinding, type FuzzOptions, type FuzzReport, fuzz } from './fuzz.js';
import type { Fuzzer, FuzzStats } from './fuzzer.js';

/** What a job is told to do. */
export type JobOrder = Omit<FuzzOptions, 'signal' | 'corpus' | 'onFinding' | 'onInput' | 'onProgress'>;

/** What a job is told: before `start` the inputs to begin with, afterwards those that others keep. */
export type JobCommand =
  | { readonly kind: 'inputs'; readonly inputs: readonly Uint8Array[] }
  | { readonly kind: 'start'; readonly order: JobOrder }
  | { readonly kind: 'stop' };

/** What a job says. */
export type JobMessage =
  | { readonly kind: 'stats'; readonly stats: FuzzStats }
  | { readonly kind: 'inputs'; readonly inputs: readonly Uint8Array[] }
  | { readonly kind: 'finding'; readonly finding: Omit<FuzzFinding, 'trace'> }
  | { readonly kind: 'report'; readonly report: Omit<FuzzReport, 'foundAll'> }
  | { readonly kind: 'failed'; readonly message: string };

const TELL_EVERY_MS = 200;

allowTerminalToGo();
const stop = new AbortController();
/** Inputs from the parent that the fuzzer has not run yet. */
const given: Uint8Array[] = [];

// They reach the whole group of processes, at Ctrl-C or when a terminal closes: the parent decides what they mean.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => stop.abort());
process.on('message', (command: JobCommand) => {
  if (command.kind === 'stop') stop.abort();
  else if (command.kind === 'start') void work(command.order);
  else for (const input of command.inputs) given.push(input);
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
  // disconnect() would wait for inputs from others that are on their way, some of them for ever.
  process.exit();
}

async function run(order: JobOrder): Promise<FuzzReport> {
  const kept: Uint8Array[] = [];
  const tellKept = () => say({ kind: 'inputs', inputs: kept.splice(0) });
  let told = 0;
  let known = 0;
  try {
    return await fuzz({
      ...order,
      signal: stop.signal,
      corpus: given.splice(0),
      onFinding: ({ trace, ...finding }) => void say({ kind: 'finding', finding }),
      onInput: (input) => {
        // What came from the parent is told of first.
        if (known > 0) known--;
        else kept.push(input);
      },
      onProgress: async (stats, fuzzer) => {
        known += addGiven(fuzzer);
        if (performance.now() - told < TELL_EVERY_MS) return;
        told = performance.now();
        // Waited for, so that a slow parent is not buried in messages. First how far it is: to keep the inputs can fail.
        await say({ kind: 'stats', stats });
        await tellKept();
      },
    });
  } finally {
    await tellKept();
  }
}

/** Answers how many are kept. */
function addGiven(fuzzer: Fuzzer): number {
  return given.splice(0).filter((input) => fuzzer.add(input)).length;
}
