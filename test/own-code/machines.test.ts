// SPDX-License-Identifier: GPL-2.0-only
/** Machines that run a code, beside machines of the port: two addons in one process, whose handles are the same numbers. */
import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Gmap, Machine, type MachineOptions, unwrap } from '../../lib/index.js';
import { contextOfMachine } from '../../lib/machine/machine.js';
import { nativeOf } from '../../lib/native/codes.js';
import { gmap_map_segment, gmap_translate, inject, mmap, s390_enable_sie } from '../../lib/raw.js';
import { runChild } from '../machine/child.js';
import { messageOf, startWorker } from '../machine/worker.js';
import { fakeCodes } from './fixture.js';

const codes = fakeCodes();
const mine = codes.add('mine', 'linux-4.7');
const other = codes.add('linux-6.1', 'linux-6.1');
afterAll(() => codes.remove());
beforeEach(() => vi.stubEnv('S390_GMAP_CACHE', codes.folder));
afterEach(() => vi.unstubAllEnvs());

const HOST = 0x10000000000n;
const SEGMENT = 0x100000n;

interface Guest extends Disposable {
  readonly machine: Machine;
  readonly gmap: Gmap;
}

function guest(options: MachineOptions, host = HOST): Guest {
  const machine = new Machine(options);
  const { mm } = machine;
  unwrap(mm.enableSie());
  unwrap(mm.mmap({ address: host, length: 4n * SEGMENT }));
  const limit = 0x7fff_ffffn;
  const gmap = unwrap(machine.kernel === 'linux-4.7' ? mm.allocGmap(limit) : mm.createGmap(limit));
  unwrap(gmap.mapSegment({ from: host, to: 0n, length: 4n * SEGMENT }));
  return { machine, gmap, [Symbol.dispose]: () => machine.close() };
}

describe('new Machine({ code })', () => {
  it('runs the code, which brings its kernel', () => {
    using machine = new Machine({ code: 'mine' });
    using later = new Machine({ code: '6.1', kernel: '6.1' });
    using port = new Machine();
    expect([machine, later, port].map(({ code }) => code)).toEqual(['mine', 'linux-6.1', undefined]);
    expect([machine, later].map(({ kernel }) => kernel)).toEqual(['linux-4.7', 'linux-6.1']);
    expect(contextOfMachine(machine).native).toBe(nativeOf(mine));
    expect(contextOfMachine(machine).native.open).not.toBe(contextOfMachine(port).native.open);
    expect(contextOfMachine(later).native.open).not.toBe(contextOfMachine(machine).native.open);
    expect(inspect(machine)).toBe('Machine linux-4.7 { code: mine, mms: 1, gmaps: 0, frames: 4 }');
  });

  it('loads it once', () => {
    expect(nativeOf(mine)).toBe(nativeOf({ ...mine, flags: 'others' }));
    expect(nativeOf(other)).not.toBe(nativeOf(mine));
  });

  it('refuses another kernel', () => {
    expect(() => new Machine({ code: 'mine', kernel: '6.1' })).toThrow(
      expect.objectContaining({
        name: 'OwnCodeError',
        code: 'ERR_CODE_KERNEL',
        message: 'the code mine is of linux-4.7, and linux-6.1 was asked for',
      }),
    );
  });

  it.each([
    ['yours', 'ERR_CODE_NOT_BUILT'],
    ['../x', 'ERR_CODE_NAME'],
  ])('refuses %s', (code, error) => {
    expect(() => new Machine({ code })).toThrow(expect.objectContaining({ code: error }));
  });

  it('refuses what is stale', () => {
    codes.add('old', 'linux-4.7', { package: '0.0.1' });
    expect(() => new Machine({ code: 'old' })).toThrow(expect.objectContaining({ code: 'ERR_CODE_STALE' }));
  });

  it('says what cannot be loaded', () => {
    const { addon } = codes.add('broken', 'linux-4.7');
    writeFileSync(addon, 'no library');
    expect(() => new Machine({ code: 'broken' })).toThrow(
      expect.objectContaining({ code: 'ERR_CODE_LOAD', message: expect.stringContaining('the code broken cannot be') }),
    );
    codes.add('sanitized', 'linux-4.7', { preload: ['/nowhere/libasan.so'] });
    expect(() => new Machine({ code: 'sanitized' })).toThrow(
      /^the code sanitized cannot be loaded: the runtime .* before Node: ASAN_OPTIONS=detect_leaks=0 LD_PRELOAD=\/nowhere\/libasan\.so\./,
    );
    const json = codes.add('json', 'linux-4.7');
    expect(() => nativeOf({ ...json, addon: `${json.folder}/code.json` })).toThrow(/it is no addon of this package/);
  });
});

describe('machines of several codes and of the port', () => {
  const kinds: readonly MachineOptions[] = [{}, { code: 'mine' }, { code: '6.1' }, { kernel: '6.1' }];

  it('are used in turn', () => {
    const guests = kinds.map((options, i) => guest(options, HOST + BigInt(i) * 8n * SEGMENT));
    for (let round = 0n; round < 20n; round++)
      for (const [i, { gmap }] of guests.entries()) {
        unwrap(gmap.store(round * 0x1000n, round * 100n + BigInt(i), { fault: true }));
        expect(unwrap(gmap.translate(5n))).toBe(HOST + BigInt(i) * 8n * SEGMENT + 5n);
      }
    for (const [i, { gmap, machine }] of guests.entries()) {
      expect(unwrap(gmap.load(7n * 0x1000n))).toBe(700n + BigInt(i));
      expect(machine.check().ok).toBe(true);
      machine.close();
      expect(() => gmap.translate(0n)).toThrow(expect.objectContaining({ code: 'ERR_GMAP_CLOSED' }));
    }
  });

  it('have functions of raw, which find the addon by the object', () => {
    const guests = kinds.map((options) => {
      const machine = new Machine(options);
      s390_enable_sie(machine.mm);
      expect(mmap(machine.mm, HOST, SEGMENT, 3n, 0)).toBe(0);
      const limit = 0x7fff_ffffn;
      return unwrap(machine.kernel === 'linux-4.7' ? machine.mm.allocGmap(limit) : machine.mm.createGmap(limit));
    });
    for (const gmap of guests) expect(gmap_map_segment(gmap, HOST, 0n, SEGMENT)).toBe(0);
    for (let round = 0n; round < 10n; round++)
      for (const gmap of guests) expect(gmap_translate(gmap, round)).toBe(HOST + round);
    for (const { machine } of guests) inject(machine, 'kzalloc', 1);
    for (const { machine } of guests) machine.close();
  });

  it('call each other in callbacks', () => {
    using port = guest({});
    using code = guest({ code: 'mine' });
    for (const { gmap } of [port, code]) unwrap(gmap.ipteNotify(0n, 0x1000n));
    const heard: bigint[] = [];
    port.machine.onPteInvalidation((gmap) => {
      expect(gmap).toBe(port.gmap);
      code.machine.mm.notify(HOST);
      heard.push(unwrap(code.gmap.translate(1n)));
    });
    code.machine.onPteInvalidation((gmap, gaddr) => {
      expect(gmap).toBe(code.gmap);
      heard.push(gaddr);
    });
    port.machine.mm.notify(HOST);
    expect(heard).toEqual([0n, HOST + 1n]);
  });

  it('have snapshots, events, tracing and films of their own', () => {
    using code = guest({ code: 'mine' });
    const { machine, gmap } = code;
    const snapshot = machine.snapshot();
    machine.startTracing();
    machine.recordEvents(true);
    unwrap(gmap.fault(0n, { write: true }));
    expect(machine.takeEvents().length).toBeGreaterThan(0);
    const { entry } = unwrap(gmap.walk(0n));
    expect(machine.lastWrite(entry)?.call).toBe('gmap_fault(g0, 0x0, 0x1)');
    expect(machine.tracedProgram().header.get('code')).toBe('mine');
    machine.restore(snapshot);
    expect(gmap.walk(0n).ok).toBe(false);
    expect(gmap.dump().length).toBeGreaterThan(0);
    expect(String(gmap.inspect(0n))).toContain('0x0');
  });
});

describe('codes in other threads and processes', () => {
  const code = JSON.stringify('mine');

  it('run in workers, one code in some and another in others', async () => {
    const workers = ['mine', 'linux-6.1', 'mine', 'linux-6.1'].map((name, i) =>
      startWorker(`
        const machines = Array.from({ length: 5 }, () => new Machine({ code: ${JSON.stringify(name)} }));
        const gmaps = machines.map(({ mm, kernel }) => {
          unwrap(mm.enableSie());
          unwrap(mm.mmap({ address: 0x10000000000n, length: 0x400000n }));
          const gmap = unwrap(kernel === 'linux-4.7' ? mm.allocGmap(0x7fffffffn) : mm.createGmap(0x7fffffffn));
          unwrap(gmap.mapSegment({ from: 0x10000000000n, to: 0n, length: 0x400000n }));
          return gmap;
        });
        for (let round = 0n; round < 50n; round++)
          for (const gmap of gmaps) unwrap(gmap.store(round * 0x1000n, round + ${i}n, { fault: true }));
        post(gmaps.map((gmap) => unwrap(gmap.load(7n * 0x1000n))));`),
    );
    const answers = await Promise.all(workers.map(messageOf));
    for (const [i, answer] of answers.entries()) expect(answer).toEqual(new Array(5).fill(7n + BigInt(i)));
    await Promise.all(workers.map((worker) => worker.terminate()));
  });

  it('are closed by their own addon when nobody can reach them any more', { timeout: 60_000 }, async () => {
    const result = await runChild(
      `
      const round = async () => {
        for (let i = 0; i < 100; i++) guest({ code: ${code} });
        for (let i = 0; i < 100; i++) guest();
        gc();
        await tick();
        gc();
        await tick();
      };
      // a closed machine's handle is another addon's live one
      const kept = [guest(), guest({ code: ${code} })];
      for (let i = 0; i < 2; i++) await round();
      const before = rss();
      // Those of one of the addons alone are 168 MiB, if they are all still there.
      for (let i = 0; i < 8; i++) await round();
      for (let i = 0; i < 50 && rss() - before >= 128; i++) {
        gc();
        await tick();
      }
      for (const { gmap } of kept) unwrap(gmap.store(0n, 1n, { fault: true }));
      console.log(rss() - before < 128 ? 'ok' : 'grew by ' + (rss() - before) + ' MiB');`,
      codes.env,
    );
    expect(result).toMatchObject({ code: 0, signal: null, output: 'ok' });
  });

  it('need no addon of the port', async () => {
    const result = await runChild(
      `process.env.S390_GMAP_ADDON = '/nowhere';
       const machine = new Machine({ code: ${code} });
       try { new Machine(); } catch ({ code }) { console.log(machine.code, machine.check().ok, code); }`,
      codes.env,
    );
    expect(result).toMatchObject({ code: 0, signal: null, output: 'mine true ERR_GMAP_ADDON' });
  });
});
