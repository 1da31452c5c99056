// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes each of these calls with its 1st, 2nd, … request of memory failing, and prints as JSON how many did and what was wrong
 * with what came of it. The addon is one that hears of S390_GMAP_FAIL_AT, see memory-fails.c.
 */
import { readFileSync } from 'node:fs';
import { Fuzzer } from '../../dist/fuzz/index.js';
import { encodeProgram, GmapError, Machine, parseTrace, runTrace, unwrap } from '../../dist/index.js';
import { gmap_alloc as allocGmap } from '../../dist/raw.js';

const MiB = 1n << 20n;
const HOST = 1n << 40n;
/** Far more than any call makes. */
const MOST_REQUESTS = 2000;

const trace = parseTrace(readFileSync(new URL('../../recordings/linux-4.7/b_alias.trace', import.meta.url), 'utf8'));
const program = encodeProgram(trace);

function machine(options) {
  const made = new Machine(options);
  unwrap(made.mm.enableSie());
  unwrap(made.mm.mmap({ address: HOST, length: 64n * MiB }));
  return made;
}

/** With a gmap that has nothing yet. */
function guest() {
  const made = machine();
  unwrap(made.mm.allocGmap(2n ** 40n));
  return made;
}

/** With gmaps of a program: nobody has asked for them yet, and there are no handles for all. */
function unasked() {
  const made = crowd(256);
  times(12, () => made.execute(encodeProgram(parseTrace('# gmap-trace 1\ngmap_alloc(mm0, 0x0)\n'))));
  return made;
}

/** With nearly as many handles as there is room for: that is twice as much each time, from 64 on. */
function crowd(room) {
  const made = machine();
  times(room - 10, () => unwrap(made.mm.allocGmap(0n)));
  return made;
}

/** What was made by a call that failed is not there. */
function makeUntilItFails(m, make) {
  const before = m.counts();
  let count = 0;
  try {
    for (; count < 12; count++) unwrap(make());
  } catch (error) {
    const { gmaps, mms } = m.counts();
    expect(gmaps + mms === before.gmaps + before.mms + count, 'it was made, and has no handle');
    throw error;
  }
}

function withSnapshot() {
  const made = guest();
  made.snapshot();
  return made;
}

function recording() {
  const made = guest();
  made.recordEvents();
  return made;
}

const fuzzer = () => {
  const made = new Fuzzer({ maxOperations: 5 });
  made.run(10);
  return made;
};

/** Each: what there is before the call, and the call. Machines that are made in a call are closed in it. */
const calls = {
  'new Machine': [() => undefined, () => new Machine().close()],
  'new Fuzzer': [() => undefined, () => new Fuzzer().close()],
  runTrace: [() => undefined, () => runTrace(trace)],
  check: [guest, (m) => expect(m.check().ok, 'the invariants do not hold')],
  execute: [machine, (m) => m.execute(program)],
  allocGmap: [machine, (m) => unwrap(m.mm.allocGmap(0n))],
  'raw.gmap_alloc': [machine, (m) => expect(allocGmap(m.mm, 0n), 'NULL')],
  '12 × allocGmap': [() => crowd(64), (m) => makeUntilItFails(m, () => m.mm.allocGmap(0n))],
  '12 × exec': [() => crowd(128), (m) => makeUntilItFails(m, () => m.exec())],
  mapSegment: [guest, (m) => unwrap(m.gmaps[0].mapSegment({ from: HOST, to: 0n, length: 64n * MiB }))],
  fault: [guest, (m) => unwrap(mapped(m).fault(0n, { write: true }))],
  'fault, with a snapshot': [withSnapshot, (m) => times(40, (i) => unwrap(mapped(m).fault(i * MiB, { write: true })))],
  'fault, recorded': [recording, (m) => times(40, (i) => unwrap(mapped(m).fault(i * MiB, { write: true })))],
  'mmap, shared': [guest, (m) => unwrap(m.mm.mmap({ address: 2n * HOST, length: MiB, shared: true }))],
  '300 × mmap': [
    guest,
    (m) => times(300, (i) => unwrap(m.mm.mmap({ address: 2n * HOST + 2n * i * MiB, length: MiB }))),
  ],
  fork: [guest, (m) => unwrap(m.mm.fork())],
  gmaps: [unasked, (m) => m.gmaps],
  startTracing: [guest, (m) => m.startTracing()],
  takeEvents: [recording, (m) => m.takeEvents()],
  reset: [guest, (m) => m.reset()],
  createNotifier: [guest, (m) => m.createNotifier(() => {})],
  'Fuzzer.run': [fuzzer, (f) => expect(f.run(5) === 5, 'a finding')],
  'Fuzzer.add': [fuzzer, (f) => f.add(f.input(0))],
  'Fuzzer.judge': [() => new Fuzzer(), (f) => expect(f.judge(inputOf()) === undefined, 'a finding')],
  'Fuzzer.minimize': [() => new Fuzzer(), (f) => expect(f.minimize(inputOf()) === undefined, 'a finding')],
};

function mapped(m) {
  const [gmap] = m.gmaps;
  if (!gmap.translate(0n).ok) unwrap(gmap.mapSegment({ from: HOST, to: 0n, length: 64n * MiB }));
  return gmap;
}

let input;
function inputOf() {
  if (input === undefined) {
    const made = fuzzer();
    input = made.input(0);
    made.close();
  }
  return input;
}

function times(count, call) {
  for (let i = 0; i < count; i++) call(BigInt(i));
}

function expect(holds, what) {
  if (!holds) throw new Error(what);
}

/** What must hold afterwards, also when the call got no memory: the machine is alive, or dead and can be reset. */
function afterwards(made) {
  if (made instanceof Machine) {
    try {
      expect(made.check().ok, 'the invariants do not hold afterwards');
    } catch (error) {
      if (error.code !== 'ERR_GMAP_DEAD') throw error;
      made.reset();
    }
    unwrap(made.mm.allocGmap(0n));
    expect(made.check().ok, 'the invariants do not hold after a reset');
    made.reset();
    expect(made.gmaps.length === 0, 'a gmap outlived a reset');
  } else if (made instanceof Fuzzer) {
    expect(made.run(2) === 2 && made.stats.findings === 0, 'a finding afterwards');
  }
  made?.close();
}

function failEach([before, call], wrong) {
  for (let n = 1; n <= MOST_REQUESTS; n++) {
    const made = before();
    process.env.S390_GMAP_FAIL_AT = `${n}`;
    process.env.S390_GMAP_FAILED = '0';
    let error;
    try {
      call(made);
    } catch (thrown) {
      error = thrown;
    }
    const failed = process.env.S390_GMAP_FAILED === '1';
    process.env.S390_GMAP_FAIL_AT = '0';
    const isMemory = error instanceof GmapError && error.code === 'ERR_GMAP_MEMORY';
    if (failed ? !isMemory : error !== undefined) wrong(n, `${error ?? 'it succeeded'}`);
    try {
      afterwards(made);
    } catch (thrown) {
      wrong(n, `afterwards: ${thrown}`);
    }
    if (!failed) return n - 1;
  }
  wrong(MOST_REQUESTS, 'it does not end');
  return MOST_REQUESTS;
}

// Loads the addon.
new Machine().close();
const failures = {};
const wrong = [];
for (const [name, call] of Object.entries(calls)) {
  failures[name] = failEach(call, (n, text) => wrong.push(`${name}, request ${n}: ${text}`));
}
console.log(JSON.stringify({ failures, wrong }));
