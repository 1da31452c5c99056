// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random calls through every door: arguments that are nearly right, and wrong ones; bytes in memory that a worker scribbles over;
 * callbacks that throw, close, go back in time, and make calls themselves. What is thrown must be typed.
 */
import { isMainThread, Worker } from 'node:worker_threads';
import { operations } from '../../dist/generated/abi.js';
import { loadAddon } from '../../dist/native/load.js';
import { doorsOf, loadEntries } from './exports.mjs';
import { problemOf } from './judge.mjs';
import { Random } from './random.mjs';
import { endless, onlyWrong, usual, usualOfRaw } from './usual.mjs';
import { kinds, mine } from './values.mjs';
import { HOST, KERNELS, makeData, makeWorld, PAGE, SEGMENT } from './world.mjs';

/** Doors that take milliseconds: so many of a thousand calls go through one that would go through another. */
const SLOW = {
  fuzz: 110,
  'new Fuzzer': 110,
  'Fuzzer#run': 150,
  'Fuzzer#minimize': 150,
  'Fuzzer#judge': 200,
  'Fuzzer#add': 200,
  runTrace: 200,
  replay: 200,
  shootFilm: 150,
  shrink: 150,
  dumpRanges: 150,
  'Gmap#dump': 200,
  'Mm#dump': 200,
  tableGraph: 200,
  graphToJson: 150,
  'Gmap#inspect': 300,
  'Mm#inspect': 300,
  parseTrace: 200,
  toJson: 200,
  'new Machine': 300,
  findInstalled: 200,
  folderSize: 150,
  requireInstalled: 200,
  installKernel: 200,
  installTree: 200,
  useKernel: 200,
  removeKernel: 200,
  buildKernel: 200,
  removeCode: 200,
  runCampaign: 200,
  'new CorpusFolder': 150,
  'CorpusFolder#news': 150,
  'CorpusFolder#save': 150,
  readInput: 200,
  'Session.open': 200,
  program: 200,
  filmPage: 200,
  printCTest: 200,
  printTypeScriptTest: 200,
  printUcontrol: 200,
  'new FilmPlayer': 200,
  'FilmPlayer#seek': 200,
  'Machine#execute': 800,
};
/** Arguments that stay right: of the ASCE of tables that are not there half a million pages are shown. */
const KEPT = { dumpRanges: 1 };
const USUAL_WEIGHT = 1000;
/** Doors of machines, guests and fuzzers: most of what can go wrong in native code is behind these. */
const NATIVE_WEIGHT = 3000;

const kindNames = Object.keys(kinds).filter((kind) => !/long text|surrogates|2\^16|minus that|four billion/.test(kind));
const heavyNames = Object.keys(kinds).filter((kind) => !kindNames.includes(kind));

/** The functions of the addon count their calls from now on: before the library takes them. Answers what tells how many. */
function countNative() {
  let calls = 0;
  const addon = loadAddon();
  for (const [name, value] of Object.entries(addon)) {
    if (typeof value !== 'function') continue;
    addon[name] = (...args) => {
      calls++;
      return value(...args);
    };
  }
  return () => calls;
}

/**
 * Makes calls until `isOver(calls)`, or something goes wrong; what makes files makes them in `folder`. Answers { calls, problems,
 * counts }, counts by door: { calls, native, full }.
 */
export async function runCalls({ seed, folder, isOver, onCall = () => {} }) {
  const random = await RandomCalls.start(seed, countNative());
  // a worker has no folder of its own: it stays where its process is
  if (isMainThread) process.chdir(folder);
  let calls = 0;
  for (; !isOver(calls) && random.problems.length === 0; calls++) {
    await random.one();
    onCall();
  }
  await random.stop();
  return { calls, problems: random.problems, counts: random.counts };
}

class RandomCalls {
  /** By door: { calls, native, full }. */
  counts = {};
  problems = [];
  #random;
  #doors;
  #modules;
  #data;
  #world;
  #worldCalls = 0;
  #depth = 0;
  #shared = new SharedArrayBuffer(4096);
  #scribbler;
  #nativeCalls;

  /** `nativeCalls()`: how many calls of native code there were. */
  static async start(seed, nativeCalls) {
    const calls = new RandomCalls();
    const entries = await loadEntries();
    calls.#random = new Random(seed);
    calls.#modules = {
      gmap: entries.get('.'),
      inspect: entries.get('./inspect'),
      fuzz: entries.get('./fuzz'),
      kernel: entries.get('./kernel'),
    };
    calls.#nativeCalls = nativeCalls;
    calls.#data = makeData(calls.#modules);
    calls.#data.entries = entries;
    calls.#doors = weighed(doorsOf(entries));
    for (const { door } of calls.#doors.rows) calls.counts[door.name] = { calls: 0, native: 0, full: 0 };
    calls.#scribbler = new Worker(SCRIBBLER, { eval: true, workerData: calls.#shared });
    calls.#scribbler.unref();
    return calls;
  }

  async stop() {
    this.#world?.close();
    this.#data.machine.close();
    await this.#scribbler.terminate();
  }

  /** One call. */
  async one() {
    const { door, right } = this.#pickDoor();
    const world = this.#aWorld();
    const isFull = world.isAlive();
    const count = this.counts[door.name];
    const before = this.#nativeCalls();
    let what;
    try {
      const on = this.#instance(door, world);
      const args = this.#arguments(door, right, world);
      what = args;
      const answer = door.call(on, args);
      await this.#finish(answer);
    } catch (error) {
      const problem = problemOf(error);
      if (problem !== undefined) this.problems.push(`${door.name} with ${describe(what)}: ${problem}`);
    }
    count.calls++;
    if (isFull) count.full++;
    if (this.#nativeCalls() > before) count.native++;
  }

  /** A call in the middle of another: what is not over at once is not waited for. */
  #nested() {
    if (this.#depth > 2) return;
    this.#depth++;
    try {
      const { door, right } = this.#pickDoor();
      const world = this.#world;
      const answer = door.call(this.#instance(door, world), this.#arguments(door, right, world));
      if (answer instanceof Promise) answer.catch(() => {});
    } finally {
      this.#depth--;
    }
  }

  #callback = () => {
    switch (this.#random.below(10)) {
      case 0:
        throw mine;
      case 1:
        this.#world.machine.close();
        break;
      case 2:
        this.#world.machine.restore(this.#world.snapshot);
        break;
      case 3:
        this.#world.guest.close();
        break;
      case 4:
        if (this.#random.oneIn(8)) globalThis.gc?.();
        break;
      case 5:
        return new this.#modules.gmap.Machine().close();
      default:
        this.#nested();
    }
    return undefined;
  };

  #aWorld() {
    if (this.#world && this.#worldCalls++ < 200 && (this.#world.isAlive() || !this.#random.oneIn(4)))
      return this.#world;
    this.#world?.close();
    this.#worldCalls = 0;
    const kernel = this.#random.pick(KERNELS);
    this.#world = makeWorld(this.#modules, this.#data, kernel, this.#callback);
    return this.#world;
  }

  #pickDoor() {
    let left = this.#random.next() * this.#doors.sum;
    for (const row of this.#doors.rows) {
      left -= row.weight;
      if (left < 0) return row;
    }
    return this.#doors.rows[0];
  }

  #instance(door, world) {
    if (door.of === undefined) return undefined;
    const known = world.on(door.of);
    if (known !== undefined) return known;
    return new (this.#data.entries.get(door.entry)[door.of])(...(usual[`new ${door.of}`]?.(world) ?? []));
  }

  #arguments(door, right, world) {
    if (!right || this.#random.oneIn(30)) {
      const count = right ? right(world).length : Math.max(door.arity, 1);
      return Array.from({ length: count }, () => this.#wrong(door));
    }
    return right(world).map((value, i) => (KEPT[door.name] === i ? value : this.#near(value, door)));
  }

  /** Something like a value that is right. */
  #near(value, door) {
    if (this.#random.oneIn(25)) return this.#wrong(door);
    if (this.#random.oneIn(3)) return value;
    switch (typeof value) {
      case 'bigint':
        return this.#address();
      case 'number':
        return this.#random.below(6);
      case 'boolean':
        return this.#random.oneIn(2);
      case 'function':
        return this.#callback;
      case 'object':
        return this.#nearObject(value, door);
      default:
        return value;
    }
  }

  #nearObject(value, door) {
    if (value instanceof Uint8Array) return this.#bytes(value);
    if (value === null || Array.isArray(value) || value.constructor !== Object || isOurs(value, this.#data))
      return value;
    const near = {};
    for (const [key, item] of Object.entries(value)) {
      const given = this.#near(item, door);
      if (this.#random.oneIn(8)) Object.defineProperty(near, key, { get: () => given, enumerable: true });
      else if (!this.#random.oneIn(8)) near[key] = given;
    }
    return this.#random.oneIn(10) ? new Proxy(near, {}) : near;
  }

  #bytes(right) {
    switch (this.#random.below(6)) {
      case 0:
        return new Uint8Array(this.#shared, 8 * this.#random.below(64), 8 * this.#random.below(64));
      case 1:
        return new Uint8Array(this.#shared);
      case 2: {
        const bytes = new Same(right.length);
        bytes.set(right);
        return bytes;
      }
      case 3:
        return Uint8Array.from({ length: 8 * this.#random.below(40) }, () =>
          this.#random.oneIn(2) ? 0 : this.#random.below(64),
        );
      case 4: {
        const bytes = Uint8Array.from(right);
        bytes[this.#random.below(bytes.length)] = this.#random.below(256);
        return bytes;
      }
      default:
        return right;
    }
  }

  #address() {
    switch (this.#random.below(12)) {
      case 0:
        return BigInt.asUintN(64, 2n ** BigInt(this.#random.below(64)) - 1n);
      case 1:
        return HOST + BigInt(this.#random.below(64)) * SEGMENT;
      case 2:
      case 3:
        return HOST + BigInt(this.#random.below(16)) * PAGE;
      case 4:
        return BigInt(this.#random.below(8)) * PAGE + BigInt(this.#random.below(4096));
      case 5:
        return BigInt(this.#random.below(4));
      case 6:
      case 7:
        return BigInt(this.#random.below(5)) * SEGMENT;
      default:
        return BigInt(this.#random.below(16)) * PAGE;
    }
  }

  #wrong(door) {
    const kind = this.#random.oneIn(400) ? this.#random.pick(heavyNames) : this.#random.pick(kindNames);
    return endless[door.name]?.kinds.includes(kind) ? undefined : kinds[kind]();
  }

  async #finish(answer) {
    if (answer === null || typeof answer !== 'object') return;
    if (answer instanceof Promise) await answer;
    else if (Object.prototype.toString.call(answer) === '[object AsyncGenerator]') await answer.next();
    else if (typeof answer.run === 'function') answer.close();
    else if (
      answer instanceof this.#modules.gmap.Machine &&
      answer !== this.#world.machine &&
      answer !== this.#data.machine
    )
      if (!this.#random.oneIn(20)) answer.close();
  }
}

class Same extends Uint8Array {
  slice() {
    return this;
  }
  subarray() {
    return this;
  }
}

const SCRIBBLER = `
const { workerData: memory } = require('node:worker_threads');
const words = new Uint32Array(memory);
let x = 1;
const scribble = () => {
  for (let i = 0; i < words.length; i++) {
    x = (Math.imul(x, 1103515245) + 12345) >>> 0;
    words[i] = x % 3 === 0 ? x : x % 64;
  }
};
// Most of the time, but not all of a CPU.
for (;;) {
  for (let i = 0; i < 200; i++) scribble();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}`;

/** Whether what is given is taken as it is: made by us, and not to be taken apart. */
const isOurs = (value, data) => Object.values(data).includes(value);

function weighed(doors) {
  const rows = doors.map((door) => {
    const right = usual[door.name] ?? (door.entry === './raw' ? usualOfRaw(door.name.slice(4), operations) : undefined);
    const isNative = door.entry === './raw' || ['Machine', 'Mm', 'Gmap', 'IpteNotifier', 'Snapshot'].includes(door.of);
    const weight = SLOW[door.name] ?? (isNative ? NATIVE_WEIGHT : USUAL_WEIGHT);
    return { door, weight, right: door.name in onlyWrong ? undefined : right };
  });
  return { rows, sum: rows.reduce((sum, { weight }) => sum + weight, 0) };
}

/** Short, and without asking the values for anything. */
function describe(args) {
  if (!args) return 'an instance that could not be made';
  return args.map((value) => (typeof value === 'bigint' ? `${BigInt.asUintN(64, value)}n` : typeof value)).join(', ');
}
