// SPDX-License-Identifier: GPL-2.0-only
/** What programs of the suites begin with: a process with memory, and a guest that has it. */
import { describe, it } from 'vitest';
import { kernels } from '../../lib/generated/abi.js';
import { type Gmap, type Kernel, type Mm, unwrap } from '../../lib/index.js';
import { HOST, newGmap, newMachine, PAGE } from '../machine/fixture.js';

export { laterKernels } from '../machine/fixture.js';
export const allKernels: readonly Kernel[] = kernels;

/**
 * What some cases of a suite expect, on each of these kernels. The suite, its cases and the name of the list of kernels stand in
 * the source as they are: that is what the README's table is counted from.
 */
export function peerTest(
  suite: string,
  cases: readonly string[],
  onKernels: readonly Kernel[],
  run: (kernel: Kernel) => void,
): void {
  describe(`${suite}: ${cases.join(', ')}`, () => {
    it.each(onKernels)('%s', run);
  });
}

export interface Guest {
  readonly mm: Mm;
  readonly gmap: Gmap;
  /** What the guest stores and loads, faults handled as KVM does. */
  store(address: bigint, value: bigint): void;
  load(address: bigint): bigint;
}

export interface GuestOptions {
  readonly length: bigint;
  /** Where the guest has its memory. */
  readonly at?: bigint;
  /** The highest address that its tables reach. */
  readonly limit?: bigint;
}

/** A guest in that process, whose memory is at HOST. */
export function guestIn(mm: Mm, { length, at = 0n, limit = 0x7fff_ffffn }: GuestOptions): Guest {
  unwrap(mm.enableSie());
  unwrap(mm.mmap({ address: HOST, length }));
  const gmap = newGmap(mm, limit);
  unwrap(gmap.mapSegment({ from: HOST, to: at, length }));
  return {
    mm,
    gmap,
    store: (address, value) => unwrap(gmap.store(address, value, { fault: true })),
    load: (address) => unwrap(gmap.load(address, { fault: true })),
  };
}

/** A guest alone on a machine. */
export function guestOn(kernel: Kernel, options: GuestOptions): Guest {
  return guestIn(newMachine({ kernel }).mm, options);
}

/** The address of each word of an area. */
export function wordsOf(start: bigint, length: bigint): bigint[] {
  return Array.from({ length: Number(length / 8n) }, (_, i) => start + BigInt(i) * 8n);
}

/** The address of each of that many pages. */
export function pagesOf(start: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => start + BigInt(i) * PAGE);
}

/** Whether the guest wrote to the page at this address of the process since the last look: what KVM's dirty log asks. */
export function lookAtDirty({ mm }: Guest, address: bigint): boolean {
  return unwrap(mm.machine.kernel === 'linux-4.7' ? mm.testAndClearGuestDirty(address) : mm.testAndClearUc(address));
}
