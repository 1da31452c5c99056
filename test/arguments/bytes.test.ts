// SPDX-License-Identifier: GPL-2.0-only
/** Bytes that callers give: of any class and realm, in memory that somebody else writes to or takes away. */
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Fuzzer, inputToTrace, kernelOfInput, nameOfInput, traceToInput } from '../../lib/fuzz/index.js';
import { decodeObservations, encodeProgram, parseTrace, printTrace, unwrap } from '../../lib/index.js';
import { HOST, newGuest, newMachine } from '../machine/fixture.js';

const trace = parseTrace('# gmap-trace 1\nexec() = mm1\ngmap_alloc(mm0, 0x7fffffff) = g0\n');

function newFuzzer(): Fuzzer {
  const fuzzer = new Fuzzer();
  onTestFinished(() => fuzzer.close());
  return fuzzer;
}

/** A class that hands out what it likes in place of copies, and lies about itself. */
class Liar extends Uint8Array {
  static get [Symbol.species](): Uint8ArrayConstructor {
    throw new Error('asked for the species');
  }
  override get length(): number {
    throw new Error('asked for the length');
  }
  override get byteLength(): number {
    throw new Error('asked for the length');
  }
  override get buffer(): ArrayBuffer {
    throw new Error('asked for the buffer');
  }
  override slice(): this {
    throw new Error('asked for a slice');
  }
  override subarray(): this {
    throw new Error('asked for a part');
  }
  override [Symbol.iterator](): ArrayIterator<number> {
    throw new Error('asked for the items');
  }
}

/** The same bytes in every form that is a Uint8Array. */
function* forms(bytes: Uint8Array): Generator<[string, Uint8Array]> {
  yield ['plain', bytes];
  yield ['Buffer', Buffer.from(bytes)];
  yield ['another realm', runInNewContext('Uint8Array.from(bytes)', { bytes }) as Uint8Array];
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  yield ['shared', shared];
  const liar = new Liar(bytes.length);
  Uint8Array.prototype.set.call(liar, bytes);
  yield ['subclass', liar];
  const within = new Uint8Array(bytes.length + 16).fill(0xff);
  within.set(bytes, 3);
  yield ['part of a buffer', within.subarray(3, 3 + bytes.length)];
}

const wrong: readonly unknown[] = [
  undefined,
  null,
  'x',
  5,
  [1],
  {},
  new ArrayBuffer(8),
  new DataView(new ArrayBuffer(8)),
  new Uint16Array(4),
  new Uint8ClampedArray(8),
  new Proxy(new Uint8Array(8), {}),
  Proxy.revocable(new Uint8Array(8), {}).proxy,
  Object.create(Uint8Array.prototype),
  Object.setPrototypeOf({}, new Uint8Array(8)),
];

/** Each door that takes bytes. */
const doors: Record<string, (bytes: Uint8Array) => unknown> = {
  'execute: program': (bytes) => newMachine().execute(bytes),
  'decodeObservations: bytes': (bytes) => decodeObservations(bytes),
  'Fuzzer.add: input': (bytes) => newFuzzer().add(bytes),
  'Fuzzer.judge: input': (bytes) => newFuzzer().judge(bytes),
  'Fuzzer.minimize: input': (bytes) => newFuzzer().minimize(bytes),
  'inputToTrace: input': (bytes) => printTrace(inputToTrace(bytes, 'x')),
  'kernelOfInput: input': (bytes) => kernelOfInput(bytes),
  'nameOfInput: input': (bytes) => nameOfInput(bytes),
};

describe.each(Object.entries(doors))('%s', (name, door) => {
  const machine = newMachineOnce();
  const bytes = name.startsWith('decode')
    ? machine.observed
    : name.startsWith('execute')
      ? machine.program
      : machine.input;

  it('takes every Uint8Array, and nothing of its class is called', () => {
    const answers = [...forms(bytes)].map(([form, given]) => [form, door(given)]);
    expect(new Set(answers.map(([, answer]) => JSON.stringify(answer))).size, String(answers)).toBe(1);
  });

  it('takes nothing else', () => {
    for (const value of wrong) {
      expect(() => door(value as Uint8Array)).toThrow(TypeError);
      expect(() => door(value as Uint8Array)).toThrow(`${name} must be a Uint8Array, not `);
    }
  });

  it('takes one of which the memory is gone', () => {
    const detached = Uint8Array.from(bytes);
    structuredClone(detached, { transfer: [detached.buffer] });
    expect(JSON.stringify(door(detached))).toBe(JSON.stringify(door(new Uint8Array())));
  });
});

function newMachineOnce(): { program: Uint8Array; input: Uint8Array; observed: Uint8Array } {
  const program = encodeProgram(trace);
  const observed = Uint8Array.from([0x2d, 0, 0, 0, ...new Array<number>(20).fill(0)]);
  return { program, input: traceToInput(trace), observed };
}

describe('a program that is executed', () => {
  /** A notifier is called between its two calls. */
  const program = encodeProgram(
    parseTrace(`# gmap-trace 1\nptep_notify(mm0, 0x${HOST.toString(16)})\ngmap_translate(g0, 0x1000)\n`),
  );

  it.each([
    ['is written over', (bytes: Uint8Array) => bytes.fill(0)],
    ['is taken away', (bytes: Uint8Array) => structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })],
  ])('does not notice that it %s by a callback', (_, change) => {
    class Same extends Uint8Array {
      override slice(): this {
        return this;
      }
    }
    const { machine, gmap } = newGuest();
    unwrap(gmap.fault(0n));
    const given = new Same(program.length);
    given.set(program);
    let calls = 0;
    machine.onPteInvalidation(() => {
      calls++;
      change(given);
      globalThis.gc?.();
    });
    const observed = decodeObservations(machine.execute(given));
    expect(calls).toBe(1);
    expect(observed.map(({ name }) => name)).toEqual(['ptep_notify', 'gmap_translate']);
    expect(observed[1]?.result).toEqual({ kind: 'number', value: HOST + 0x1000n });
  });
});

it('a worker that scribbles over shared bytes disturbs nobody', { timeout: 60_000 }, async () => {
  const size = 4096;
  const memory = new SharedArrayBuffer(size);
  const worker = new Worker(
    `const { workerData: memory } = require('node:worker_threads');
     const words = new Uint32Array(memory);
     for (let x = 1; ; ) for (let i = 0; i < words.length; i++) {
       x = (Math.imul(x, 1103515245) + 12345) >>> 0;
       words[i] = x % 3 === 0 ? x : x % 64;
     }`,
    { eval: true, workerData: memory },
  );
  const bytes = new Uint8Array(memory);
  const machine = newMachine({ storageLimit: 2 ** 22, maxSegments: 64 });
  machine.onPteInvalidation(() => {});
  const fuzzer = newFuzzer();
  const rounds = 300;
  for (let round = 0; round < rounds; round++) {
    decodeObservations(machine.execute(bytes));
    if (machine.bug) machine.reset();
    // not more operations than a corpus takes
    fuzzer.add(bytes.subarray(0, 1024));
    fuzzer.judge(bytes.subarray(0, 1024));
    inputToTrace(bytes, 'shared');
  }
  expect(machine.check().ok).toBe(true);
  expect(fuzzer.stats.runs).toBe(rounds);
  await worker.terminate();
});
