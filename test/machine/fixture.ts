// SPDX-License-Identifier: GPL-2.0-only
/** Machines for tests. They are closed when the test is over. */
import { expect, onTestFinished } from 'vitest';
import {
  type Gmap,
  GmapError,
  type GmapErrorCode,
  type Kernel,
  Machine,
  type MachineOptions,
  type Mm,
  unwrap,
} from '../../lib/index.js';

export const PAGE = 0x1000n;
export const SEGMENT = 0x10_0000n;
/** Where the tests map memory in the process. */
export const HOST = 0x100_0000_0000n;

/** Kernels whose gmaps are made and counted otherwise than those of 4.7. */
export const laterKernels = ['linux-5.10', 'linux-6.1', 'linux-6.12'] as const satisfies readonly Kernel[];

export function newMachine(options?: MachineOptions): Machine {
  const machine = new Machine(options);
  onTestFinished(() => machine.close());
  return machine;
}

export interface Guest {
  machine: Machine;
  mm: Mm;
  gmap: Gmap;
}

/** With the function that the machine's kernel has for it. */
export function newGmap(mm: Mm, limit: bigint): Gmap {
  return unwrap(mm.machine.kernel === 'linux-4.7' ? mm.allocGmap(limit) : mm.createGmap(limit));
}

/** A process with four segments of memory at HOST, and a two-level gmap that has them at 0. */
export function newGuest(options?: MachineOptions): Guest {
  const machine = newMachine(options);
  const { mm } = machine;
  unwrap(mm.enableSie());
  unwrap(mm.mmap({ address: HOST, length: 4n * SEGMENT }));
  const gmap = newGmap(mm, 0x7fff_ffffn);
  unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: 4n * SEGMENT }));
  return { machine, mm, gmap };
}

/** What `run` throws; fails if it does not. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return expect.fail('nothing was thrown');
}

/** Expects a GmapError with that code, and answers its message. */
export function expectGmapError(run: () => unknown, code: GmapErrorCode): string {
  const error = thrownBy(run);
  expect(error).toBeInstanceOf(GmapError);
  expect(error).toHaveProperty('code', code);
  return (error as GmapError).message;
}
