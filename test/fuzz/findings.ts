// SPDX-License-Identifier: GPL-2.0-only
/** Programs to print, and a folder of the build for what is printed. */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../../lib/fuzz/reproducer/finding.js';
import { parseTrace, runTrace, type Trace, type TraceCall } from '../../lib/index.js';
import { firstRecordings, type Recording, recordings, traceText } from '../trace/recordings.js';

/** Of Linux 4.7.4 all, of later kernels every eighth: those have most programs in common. */
export const printedRecordings: readonly Recording[] = [
  ...firstRecordings,
  ...recordings.filter(({ name }) => !name.startsWith('linux-4.7/')).filter((_, i) => i % 8 === 0),
];

/**
 * What the model observes of a recording's program: the reference and change bits of a storage key that a real machine
 * saw are not always the model's.
 */
export function modelTrace({ name, text }: Recording): Trace {
  const trace = modelTraces.get(name) ?? runTrace(parseTrace(text, name));
  modelTraces.set(name, trace);
  return trace;
}

/** Several files ask for the same ones. */
const modelTraces = new Map<string, Trace>();

/** The model's recording of these calls. */
export function traceOf(...lines: readonly string[]): Trace {
  return runTrace(parseTrace(traceText(...lines)));
}

export function callsOf(trace: Trace): TraceCall[] {
  return trace.items.filter((item): item is TraceCall => item.kind === 'call');
}

/** As the fuzzer would describe it: at the end of the program, unless told otherwise. */
export function findingOf(trace: Trace, changes: Partial<Finding> = {}): Finding {
  return {
    oracle: 'bug',
    rule: 'check',
    text: 'I7: g0: an entry without a link',
    operation: callsOf(trace).length,
    seed: 912n,
    ...changes,
  };
}

/** An empty folder below out/, which Git does not look at. */
export function emptyFolder(name: string): string {
  const folder = fileURLToPath(new URL(`../../out/${name}`, import.meta.url));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** `linux-4.7/a_enable.trace` as a file name without slashes and dots. */
export function fileName(name: string): string {
  return name.replace(/\.trace$/, '').replace(/[^a-z0-9]+/gi, '_');
}
