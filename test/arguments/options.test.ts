// SPDX-License-Identifier: GPL-2.0-only
/** Objects with options: any object will do, and each option is read once. */
import { describe, expect, it } from 'vitest';
import { fuzz, runCampaign } from '../../lib/fuzz/index.js';
import { Machine } from '../../lib/index.js';
import { randomProgram } from '../../lib/kernel/index.js';
import { newGuest, newMachine } from '../machine/fixture.js';

/** An option that is something else when it is read again. */
const changing = (...values: readonly unknown[]) => {
  let reads = 0;
  return { get: () => values[Math.min(reads++, values.length - 1)], enumerable: true };
};

describe('options', () => {
  it('are read once: the machine and its programs agree on the kernel', () => {
    const options = Object.defineProperties(
      {},
      {
        kernel: changing('linux-4.7', 'linux-6.1'),
        cpus: changing(2, 3),
        debugList: changing(true, false),
      },
    );
    using machine = new Machine(options);
    machine.startTracing();
    expect(machine.kernel).toBe('linux-4.7');
    const { header } = machine.tracedProgram();
    expect([header.get('kernel'), header.get('machine')]).toEqual(['linux-4.7', 'debug_list=1 cpus=2']);
  });

  it('may be of any class, inherited, or a proxy', () => {
    class Options {
      get write() {
        return true;
      }
    }
    const { gmap } = newGuest();
    expect(gmap.fault(0n, new Options()).ok).toBe(true);
    using machine = new Machine(new Proxy(Object.create({ cpus: 3 }) as object, {}));
    expect(machine.cpus).toBe(3);
  });

  it('that are misspelt are refused, however long their names are', () => {
    expect(() => newMachine({ cpu: 1 } as never)).toThrow(
      'Machine: options has no "cpu": there are kernel, facilities, ',
    );
    const long = Object.fromEntries([['\x1b'.repeat(2 ** 20), 1]]);
    expect(() => newMachine(long as never)).toThrow(/^Machine: options has no "(\\x1b){10}…" \(1048576 characters\)/);
  });

  it('throw what their getters throw', () => {
    const mine = new Error('mine');
    const throwing = Object.defineProperty({}, 'kernel', {
      get() {
        throw mine;
      },
    });
    expect(() => new Machine(throwing)).toThrow(mine);
  });
});

describe('runCampaign', () => {
  it.each([
    [undefined, 'options must be an object, not undefined'],
    [{}, 'give runs, time (milliseconds) or a signal: nothing else would end it'],
    [{ runs: Number.NaN }, 'runs must be a whole number'],
    [{ runs: 5, jobs: Number.NaN }, 'jobs must be a whole number from 1 to 1024, not NaN'],
    [{ runs: 5, jobs: 0 }, 'jobs must be a whole number from 1 to 1024, not 0'],
    [{ runs: 5, jobs: 1.5 }, 'jobs must be a whole number from 1 to 1024, not 1.5'],
    [{ runs: 5, seed: -5n }, 'seed must be from 0 to 2 ** 64 - 1, not -5n'],
    [{ runs: 5, seed: '3' }, 'seed must be a bigint or a number, not the string "3"'],
    [{ runs: 5, kernel: 5 }, 'kernel must be a string, not the number 5'],
    [{ runs: 5, signal: {} }, 'signal must be an AbortSignal, not an object'],
    [{ runs: 5, folder: '' }, 'folder must be a path'],
    [{ runs: 5, env: { A: 1 } }, 'env must be a string'],
    [{ runs: 5, onStats: 1 }, 'onStats must be a function, not the number 1'],
    [{ runs: 5, onStat: 1 }, 'options has no "onStat"'],
  ])('refuses %o before it starts a process', async (options, message) => {
    await expect(runCampaign(options as never)).rejects.toThrow(`runCampaign: ${message}`);
  });
});

describe('fuzz', () => {
  it('takes any iterable object as a corpus, and only bytes in it', async () => {
    const report = await fuzz({ runs: 1, corpus: new Set([new Uint8Array(8)]) });
    expect(report.runs).toBe(2);
    await expect(fuzz({ runs: 1, corpus: 'x' as never })).rejects.toThrow('fuzz: corpus must be an iterable object');
    await expect(fuzz({ runs: 1, corpus: [1] as never })).rejects.toThrow('Fuzzer.add: input must be a Uint8Array');
  });

  it('refuses a wrong oracle, by its place', async () => {
    await expect(fuzz({ runs: 1, oracles: ['rules', 'x'] as never })).rejects.toThrow(
      'fuzz: oracles[1] must be one of ',
    );
  });
});

describe('randomProgram', () => {
  it.each([
    [Number.NaN, 5, 'seed must be a whole number from 0 to 4294967295, not NaN'],
    [-1, 5, 'seed must be a whole number from 0 to 4294967295, not -1'],
    [1.5, 5, 'seed must be a whole number from 0 to 4294967295, not 1.5'],
    ['x', 'x', 'seed must be a number, not the string "x"'],
    [1, 'x', 'length must be a number, not the string "x"'],
    [1, -1, 'length must be a whole number from 0 to 10000000, not -1'],
  ])('refuses (%o, %o)', (seed, length, message) => {
    expect(() => randomProgram(seed as number, length as number)).toThrow(`randomProgram: ${message}`);
  });
});
