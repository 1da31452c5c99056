// SPDX-License-Identifier: GPL-2.0-only
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Fuzzer } from '../../lib/fuzz/index.js';
import { Gmap, IpteNotifier, Machine, Mm, Snapshot, unwrap } from '../../lib/index.js';
import { newGmap, newGuest, newMachine } from '../machine/fixture.js';

describe('util.inspect', () => {
  it('says what an object is', () => {
    const { machine, mm, gmap } = newGuest();
    expect(inspect(machine)).toMatch(/^Machine linux-4\.7 \{ mms: 1, gmaps: 1, frames: \d+ \}$/);
    expect(inspect(mm)).toMatch(
      /^Mm mm0 \{ asce: 0x[0-9a-f]+, asceLimit: 0x40000000000, mappings: 2, pgstes: true, gmaps: g0 \}$/,
    );
    expect(inspect(gmap)).toMatch(/^Gmap g0 \{ mm: mm0, asce: 0x[0-9a-f]+, end: 0x7fffffff, tables: 1 \}$/);
    expect(inspect(machine.createNotifier(() => {}))).toBe('IpteNotifier n255');
    expect(inspect(machine.snapshot())).toBe('Snapshot 1 of 1');
    expect(inspect([gmap], { colors: true })).toContain('\u001b[');
  });

  it('says more of later kernels, of tracing and of death', () => {
    const machine = newMachine({ kernel: 'linux-6.1', cpus: 2 });
    machine.startTracing();
    const gmap = newGmap(machine.mm, 0n);
    gmap.get();
    expect(inspect(gmap)).toContain('references: 2, listed: true');
    expect(inspect(machine)).toContain('cpus: 2');
    expect(inspect(machine)).toContain('tracing: true');
    unwrap(gmap.remove());
    expect(gmap.remove().ok).toBe(false);
    expect(inspect(machine)).toContain('dead: BUG');
  });

  it('says that an object is gone', () => {
    const { machine, mm, gmap } = newGuest();
    const notifier = machine.createNotifier(() => {});
    const snapshot = machine.snapshot();
    const fuzzer = new Fuzzer({ seed: 1n });
    expect(inspect(fuzzer)).toMatch(/^Fuzzer \{ runs: 0, /);
    for (const object of [notifier, snapshot, fuzzer, gmap]) object.close();
    expect([notifier, snapshot, fuzzer, gmap].map((object) => inspect(object))).toEqual([
      'IpteNotifier n255 (closed)',
      'Snapshot (ended)',
      'Fuzzer (closed)',
      'Gmap g0 (closed)',
    ]);
    mm.exit();
    expect(inspect(mm)).toBe('Mm mm0 (exited)');
    machine.close();
    expect(inspect(machine)).toBe('Machine linux-4.7 (closed)');
    expect(inspect(mm)).toBe('Mm mm0 (exited)');
  });

  it('does not mind what is no object of the class', () => {
    for (const type of [Machine, Mm, Gmap, IpteNotifier, Snapshot, Fuzzer]) {
      expect(inspect(type.prototype)).toBe('{}');
      expect(inspect(Object.create(type.prototype))).toBe(`${type.name} {}`);
    }
  });
});
