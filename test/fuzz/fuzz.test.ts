// SPDX-License-Identifier: GPL-2.0-only
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  Fuzzer,
  type FuzzerOptions,
  type FuzzOptions,
  fuzz,
  inputToTrace,
  oracles,
  traceToInput,
} from '../../lib/fuzz/index.js';
import { kernels } from '../../lib/generated/abi.js';
import { GmapError, UnknownKernelError } from '../../lib/index.js';
import { parseTrace, printTrace } from '../../lib/trace/index.js';
import { traceText } from '../trace/recordings.js';

const open: Fuzzer[] = [];
afterAll(() => {
  for (const fuzzer of open) fuzzer.close();
});

function newFuzzer(options: FuzzerOptions = {}): Fuzzer {
  const fuzzer = new Fuzzer(options);
  open.push(fuzzer);
  return fuzzer;
}

function inputs(fuzzer: Fuzzer): Uint8Array[] {
  return Array.from({ length: fuzzer.stats.corpus }, (_, i) => fuzzer.input(i) ?? new Uint8Array());
}

describe('the same seed', () => {
  it('gives the same corpus, in one go and in many', async () => {
    const whole = await fuzz({ seed: 7, runs: 1500 });
    const pieces = newFuzzer({ seed: 7n });
    for (let left = 1500; left > 0; ) left -= pieces.run(Math.min(left, 17));
    expect(pieces.hash).toBe(whole.hash);
    expect(pieces.stats).toMatchObject({
      runs: 1500,
      corpus: whole.corpus,
      edges: whole.edges,
      operations: whole.operations,
    });
  });

  it('gives the same corpus whoever judges', () => {
    const hashes = [[], oracles].map((judges) => {
      const fuzzer = newFuzzer({ oracles: judges, kernel: 'any' });
      fuzzer.run(800);
      return fuzzer.hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('gives the same corpus for both names of a kernel', () => {
    const hashes = (['6.1', 'linux-6.1'] as const).map((kernel) => {
      const fuzzer = newFuzzer({ kernel, oracles: [] });
      fuzzer.run(100);
      return fuzzer.hash;
    });
    expect(hashes[0]).toBe(hashes[1]);
  });

  it('is another one than the next', () => {
    const hashes = [1, 2].map((seed) => {
      const fuzzer = newFuzzer({ seed, oracles: [] });
      fuzzer.run(100);
      return fuzzer.hash;
    });
    expect(hashes[0]).not.toBe(hashes[1]);
  });
});

describe('a campaign', () => {
  it.each(kernels)('finds nothing in the model of %s', async (kernel) => {
    const report = await fuzz({ kernel, runs: 1500, seed: 3 });
    expect(report.foundAll).toEqual([]);
    expect(report).toMatchObject({ runs: 1500, findings: 0, seed: 3n });
    expect(report.operations).toBeGreaterThan(10_000);
    expect(report.corpus).toBeGreaterThan(100);
  });

  it('goes on from a corpus, and is told of what is new', async () => {
    const first: Uint8Array[] = [];
    const { corpus } = await fuzz({ runs: 300, oracles: [], onInput: (input) => first.push(input) });
    expect(first).toHaveLength(corpus);
    const second: Uint8Array[] = [];
    const report = await fuzz({
      runs: 300,
      oracles: [],
      seed: 2,
      corpus: first,
      onInput: (input) => second.push(input),
    });
    expect(report.corpus).toBe(first.length + second.length);
    expect(report.runs).toBe(first.length + 300);
  });

  it('ends when it is told to, or when the time is over', async () => {
    const controller = new AbortController();
    let told = 0;
    const report = await fuzz({
      signal: controller.signal,
      oracles: [],
      onProgress: () => {
        if (++told === 3) controller.abort();
      },
    });
    expect(told).toBe(3);
    expect(report.runs).toBeGreaterThan(0);
    expect((await fuzz({ time: 50, oracles: [] })).seconds).toBeGreaterThanOrEqual(0.05);
    expect(await fuzz({ runs: 0 })).toMatchObject({ runs: 0, corpus: 0, edges: 0 });
  });

  it('rejects what is wrong', async () => {
    const wrong = [
      [{}, TypeError],
      [{ runs: -1 }, RangeError],
      [{ runs: 1, seed: -1n }, RangeError],
      [{ runs: 1, seed: 2n ** 64n }, RangeError],
      [{ runs: 1, seed: '1' }, TypeError],
      [{ runs: 1, oracles: ['rule'] }, RangeError],
      [{ runs: 1, oracles: 'rules' }, TypeError],
      [{ runs: 1, maxOperations: 129 }, RangeError],
      [{ runs: 1, kernel: 'linux-2.4' }, UnknownKernelError],
      [{ runs: 1, signal: 5 }, TypeError],
      [{ runs: 1, onFinding: 5 }, TypeError],
      [{ runs: 1, rusn: 5 }, TypeError],
      [{ runs: 1, failEach: 1 }, TypeError],
      [null, TypeError],
    ] as const;
    for (const [options, error] of wrong) await expect(fuzz(options as unknown as FuzzOptions)).rejects.toThrow(error);
  });

  it('ends with what a callback throws', async () => {
    const onInput = () => {
      throw new Error('enough');
    };
    await expect(fuzz({ runs: 100, onInput })).rejects.toThrow('enough');
    // A rejection that nobody waits for would end the process.
    await expect(fuzz({ runs: 100, onInput: () => Promise.reject(new Error('later')) })).rejects.toThrow('later');
  });
});

describe('an input', () => {
  it('can be any bytes', () => {
    const fuzzer = newFuzzer({ kernel: 'any' });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (input) => {
        expect(fuzzer.judge(input)).toBeUndefined();
        expect(fuzzer.minimize(input)).toBeUndefined();
        const kept = fuzzer.stats.corpus;
        expect(fuzzer.add(input)).toBe(fuzzer.stats.corpus > kept);
      }),
    );
    expect(fuzzer.finding(0)).toBeUndefined();
  });

  it('of more than 128 operations is for no corpus, but is judged and made small', async () => {
    const fuzzer = newFuzzer();
    const long = (calls: number) =>
      traceToInput(parseTrace(traceText(...Array.from({ length: calls }, () => 'gmap_translate(g0, 0x0)'))));
    expect(fuzzer.add(long(128))).toBe(true);
    const text = 'input has 129 operations where 128 are the limit';
    expect(() => fuzzer.add(long(129))).toThrow(
      expect.objectContaining({ name: 'RangeError', message: `Fuzzer.add: ${text}` }),
    );
    await expect(fuzz({ runs: 1, corpus: [long(129)] })).rejects.toThrow(text);
    expect(fuzzer.judge(long(10_000))).toBeUndefined();
    expect(fuzzer.minimize(long(10_000))).toBeUndefined();
    expect(fuzzer.stats.runs).toBe(1);
  });

  it('is a trace, and back', () => {
    const fuzzer = newFuzzer({ kernel: 'any', oracles: [] });
    fuzzer.run(200);
    for (const input of inputs(fuzzer)) {
      const trace = inputToTrace(input, 'input');
      const again = parseTrace(printTrace(trace));
      expect(traceToInput(again).subarray(0, 2)).toEqual(input.subarray(0, 2));
      expect(printTrace(inputToTrace(traceToInput(again), 'input'))).toBe(printTrace(trace));
    }
  });

  it('asks for the machine that is most like that of a trace', () => {
    const machineOf = (...header: readonly string[]) => {
      const { header: found } = inputToTrace(traceToInput(parseTrace(traceText(...header))), 'input');
      return [found.get('kernel'), found.get('machine')];
    };
    const sizes = 'storage=0x800000 max_segments=16';
    expect(machineOf()).toEqual(['linux-4.7', sizes]);
    expect(machineOf('# kernel: linux-6.12', '# machine: idte=0 tlb_lc=0')).toEqual([
      'linux-6.12',
      `idte=0 tlb_lc=0 ${sizes}`,
    ]);
    expect(machineOf('# machine: cpus=2')).toEqual(['linux-4.7', `cpus=3 ${sizes}`]);
    expect(machineOf('# machine: storage=0x200000')).toEqual(['linux-4.7', 'storage=0x200000 max_segments=16']);
  });
});

describe('a fuzzer', () => {
  it('is closed once, and then answers nothing any more', () => {
    const fuzzer = newFuzzer();
    fuzzer.run(1);
    fuzzer.close();
    fuzzer.close();
    const uses: (() => unknown)[] = [
      () => fuzzer.run(1),
      () => fuzzer.stats,
      () => fuzzer.hash,
      () => fuzzer.input(0),
      () => fuzzer.finding(0),
      () => fuzzer.judge(new Uint8Array()),
      () => fuzzer.minimize(new Uint8Array()),
      () => fuzzer.add(new Uint8Array()),
    ];
    for (const use of uses)
      expect(use).toThrow(expect.objectContaining({ name: 'GmapError', code: 'ERR_GMAP_CLOSED' }));
    expect(uses).toHaveLength(8);
    expect(GmapError).toBeDefined();
  });

  it('takes no arguments of other types', () => {
    const fuzzer = newFuzzer();
    const any = (value: unknown) => value as never;
    expect(() => fuzzer.run(any('1'))).toThrow(TypeError);
    expect(() => fuzzer.run(-1)).toThrow(RangeError);
    expect(() => fuzzer.input(any(1n))).toThrow(TypeError);
    expect(() => fuzzer.judge(any([1]))).toThrow(TypeError);
    expect(() => fuzzer.add(any(new Uint16Array(4)))).toThrow(TypeError);
    expect(() => new Fuzzer(any(5))).toThrow(TypeError);
    expect(() => new Fuzzer(any({ runs: 5 }))).toThrow(TypeError);
    expect(fuzzer.input(1e6)).toBeUndefined();
  });
});
