// SPDX-License-Identifier: GPL-2.0-only
// What a worker does until somebody ends it: machines with snapshots, callbacks and tracing, programs, and a fuzzer.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { Fuzzer } from '../../dist/fuzz/index.js';
import { encodeProgram, Machine, parseTrace, unwrap } from '../../dist/index.js';

const HOST = 1n << 40n;
const LENGTH = 1n << 22n;
const { seed, race } = workerData;

const recording = new URL('../../recordings/linux-4.7/d_trig_mprotect_ro.trace', import.meta.url);
const program = encodeProgram(parseTrace(readFileSync(recording, 'utf8')));
const plant = race ? createRequire(import.meta.url)('../../out/addon-tsan/race.node') : undefined;

function useMachine(kernel) {
  const machine = new Machine({ kernel, storageLimit: 2 ** 23 });
  unwrap(machine.mm.enableSie());
  unwrap(machine.mm.mmap({ address: HOST, length: LENGTH }));
  const gmap = unwrap(machine.mm.allocGmap(2n ** 40n));
  unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: LENGTH }));
  machine.createNotifier(() => machine.counts()).register();
  machine.startTracing();
  const snapshot = machine.snapshot();
  for (let page = 0n; page < 64n; page++) {
    unwrap(gmap.fault(page << 12n, { write: true }));
    unwrap(gmap.ipteNotify(page << 12n, 0x1000n));
  }
  unwrap(machine.mm.munmap(HOST, LENGTH));
  machine.check();
  machine.restore(snapshot);
  machine.execute(program);
  machine.reset();
  // Some are left to the garbage collector, and to the end of the worker.
  if (seed % 2 === 0) machine.close();
}

parentPort.postMessage('it begins');
for (let round = 0; ; round++) {
  plant?.race();
  useMachine('4.7');
  const fuzzer = new Fuzzer({ seed: seed * 1000 + round, kernel: 'any' });
  fuzzer.run(20);
  if (round % 2 === 0) fuzzer.close();
}
