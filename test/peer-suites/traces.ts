// SPDX-License-Identifier: GPL-2.0-only
/** The traces of this folder, and for which kernels each of them is. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Kernel } from '../../lib/index.js';
import { findKernel } from '../../lib/trace/kernel.js';
import { parseTrace } from '../../lib/trace/parse.js';
import type { Trace } from '../../lib/trace/types.js';
import { laterKernels } from './guest.js';

export interface PeerTrace {
  /** `ucontrol_skey_4.7` */
  readonly name: string;
  /** The trace of the same program for the newest kernel: `ucontrol_skey`. */
  readonly base: string;
  readonly trace: Trace;
  /** That of its header; a trace for the newest kernel is for each later one that has none of its own. */
  readonly kernels: readonly Kernel[];
  readonly suite: string;
  readonly cases: readonly string[];
  /** Of its cases the one where its kernel is known to answer something else than the suite expects. */
  readonly differs: string | undefined;
}

const folder = new URL('traces/', import.meta.url);
const files = readdirSync(folder)
  .map((file) => /^((\w+?)(?:_(\d+\.\d+))?)\.trace$/.exec(file) ?? [])
  .map(([file = '', name = '', base = '', version]) => ({ file, name, base, own: version && findKernel(version) }));

export const peerTraces: readonly PeerTrace[] = files.map(({ file, name, base, own }) => {
  const trace = parseTrace(readFileSync(new URL(file, folder), 'utf8'), file);
  const others = files.flatMap((other) => (other.base === base && other.own ? [other.own] : []));
  return {
    name,
    base,
    trace,
    kernels: own ? [own] : laterKernels.filter((kernel) => !others.includes(kernel)),
    suite: trace.header.get('suite') ?? '',
    cases: trace.header.get('cases')?.split(', ') ?? [],
    differs: trace.header.get('differs')?.split(': ')[0],
  };
});
