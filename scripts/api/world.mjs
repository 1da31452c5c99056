// SPDX-License-Identifier: GPL-2.0-only
// What calls need to be more than wrong arguments: a machine with a guest, a snapshot and callbacks, and what programs make.
import { readFileSync } from 'node:fs';
import { root } from '../steps.mjs';

export const HOST = 0x100_0000_0000n;
export const SEGMENT = 0x10_0000n;
export const PAGE = 0x1000n;

/** The same kernels as everywhere, the first one mostly. */
export const KERNELS = ['linux-4.7', 'linux-6.1', 'linux-6.12'];

/** What no call changes: made once. */
export function makeData({ gmap, inspect, fuzz, kernel }) {
  const text = readFileSync(`${root}recordings/linux-4.7/b_alias.trace`, 'utf8');
  const trace = gmap.parseTrace(text, 'b_alias.trace');
  const program = gmap.parseTrace(
    '# gmap-trace 1\n# kernel: linux-4.7\ns390_enable_sie(mm0) = 0\nmmap(mm0, 0x10000000000, 0x100000, 0x3, 0) = 0\ngmap_alloc(mm0, 0x7fffffff) = g0\ngmap_map_segment(g0, 0x10000000000, 0x0, 0x100000) = 0\ngmap_fault(g0, 0x1000, 0x1) = 0\n',
  );
  const machine = new gmap.Machine();
  const bytes = gmap.encodeProgram(program);
  const observed = machine.execute(bytes);
  const ranges = machine.mm.dump();
  const after = machine.mm.dump({ from: HOST });
  // of a kernel that is not there: a session boots only when it records
  const installed = { name: 'x', kernel: 'linux-6.1', version: 'x', image: '/dev/null', initrd: '/dev/null' };
  return {
    text,
    installed,
    session: new kernel.Session(installed, {}),
    trace,
    program,
    bytes,
    observed,
    observations: gmap.decodeObservations(observed),
    input: fuzz.traceToInput(program),
    ranges,
    after,
    changes: inspect.diffRanges(ranges, after),
    graph: inspect.tableGraph(machine),
    film: inspect.shootFilm(program),
    finding: { oracle: 'rules', rule: 'I7', text: 'x', operation: 4, seed: 1n },
    asce: machine.mm.asce,
    storage: inspect.storageOf(machine),
    view: machine.mm.inspect(HOST),
    machine,
  };
}

/**
 * A machine with a guest that is linked to memory, a snapshot, callbacks and tracing. `close()` ends it, whatever became of it.
 */
export function makeWorld({ gmap, fuzz, inspect }, data, kernel = KERNELS[0], onCallback = () => {}) {
  const machine = new gmap.Machine({ kernel, storageLimit: 2 ** 22, cpus: 2, maxSegments: 64 });
  const { mm } = machine;
  const limit = 0x7fff_ffffn;
  mm.enableSie();
  mm.mmap({ address: HOST, length: 4n * SEGMENT });
  const made = kernel === 'linux-4.7' ? mm.allocGmap(limit) : mm.createGmap(limit);
  const guest = made.value;
  guest.mapSegment({ from: HOST, to: 0n, length: 4n * SEGMENT });
  guest.fault(0n, { write: true });
  const notifier = machine.onPteInvalidation(onCallback);
  machine.onMmapSemDropped(onCallback);
  machine.startTracing();
  machine.recordEvents(true);
  if (kernel === 'linux-4.7') guest.ipteNotify(0n, PAGE);
  else guest.mprotectNotify(0n, PAGE);
  const snapshot = machine.snapshot();
  const world = {
    ...data,
    kernel,
    machine,
    mm,
    guest,
    notifier,
    snapshot,
    fuzzer: undefined,
    /** Of each class, what its methods are called on. */
    on(of) {
      const objects = {
        Machine: machine,
        Mm: mm,
        Gmap: guest,
        IpteNotifier: notifier,
        Snapshot: snapshot,
        Session: data.session,
      };
      if (of === 'Fuzzer') {
        world.fuzzer ??= new fuzz.Fuzzer({ kernel: 'any' });
        return world.fuzzer;
      }
      if (of === 'FilmPlayer') return new inspect.FilmPlayer(data.film);
      return objects[of];
    },
    /** Whether a call can still go through everything. */
    isAlive() {
      try {
        return guest.mm === mm && machine.bug === undefined && machine.isTraced && isOpen(snapshot, machine);
      } catch {
        return false;
      }
    },
    close() {
      machine.close();
      world.fuzzer?.close();
    },
  };
  return world;
}

/** Of a snapshot, without going back to it. */
function isOpen(snapshot, machine) {
  return machine.counts().mms > 0 && !String(snapshot[Symbol.for('nodejs.util.inspect.custom')]?.()).includes('ended');
}
