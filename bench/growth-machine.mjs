// SPDX-License-Identifier: GPL-2.0-only
// What grows in machines, through the classes. A promise is { promise, bound, sizes, prepare(n) }, and what prepare answers
// is { run, operations, close }: run() makes so many operations, and close() gives up what was prepared.
import { Machine, unwrap } from '../dist/index.js';

const HOST = 0x10000000000n;
const SEGMENT = 0x100000n;
const IN_ORDER = 0.15;

function machineWith(gmaps, segments) {
  const machine = new Machine({ storageLimit: 2 ** 32, checkLocks: false, debugVm: false });
  const { mm } = machine;
  unwrap(mm.enableSie());
  unwrap(mm.mmap({ address: HOST, length: BigInt(segments) * SEGMENT, read: true, write: true }));
  for (let i = 0; i < gmaps; i++) {
    const gmap = unwrap(mm.allocGmap(0x7fffffffn));
    unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: BigInt(segments) * SEGMENT }));
    for (let segment = 0n; segment < segments; segment++) unwrap(gmap.fault(segment * SEGMENT, { write: true }));
  }
  return machine;
}

export const machinePromises = [
  {
    promise: 'check() of n gmaps, each',
    bound: IN_ORDER,
    sizes: [100, 1000, 4000],
    prepare(n) {
      const machine = machineWith(n, 1);
      return { run: () => machine.check(), operations: n, close: () => machine.close() };
    },
  },
  {
    promise: 'restore(), n gmaps are there',
    bound: IN_ORDER,
    sizes: [1, 100, 4000],
    prepare(n) {
      const machine = machineWith(n, 1);
      const snapshot = machine.snapshot();
      const run = () => {
        unwrap(machine.mm.store(HOST, 1n));
        machine.restore(snapshot);
      };
      return { run, operations: 1, close: () => machine.close() };
    },
  },
  {
    promise: 'restore(), n segments are linked',
    bound: IN_ORDER,
    sizes: [1, 100, 2000],
    prepare(n) {
      const machine = machineWith(1, n);
      const snapshot = machine.snapshot();
      const run = () => {
        unwrap(machine.mm.store(HOST, 1n));
        machine.restore(snapshot);
      };
      return { run, operations: 1, close: () => machine.close() };
    },
  },
];
