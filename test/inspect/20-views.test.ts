// SPDX-License-Identifier: GPL-2.0-only
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../lib/index.js';
import { expectGmapError, HOST, newGuest, newMachine, PAGE, SEGMENT, thrownBy } from '../machine/fixture.js';

describe('Gmap.inspect', () => {
  it('has the entries, the PGSTE, the trees, the key and the process beside it', () => {
    const { gmap, mm } = newGuest();
    unwrap(gmap.fault(PAGE, { write: true }));
    unwrap(mm.enableSkey());
    unwrap(mm.setGuestStorageKey(HOST + PAGE, 0x38));
    const view = gmap.inspect(PAGE + 0x234n);
    const walk = unwrap(gmap.walk(PAGE));
    expect(view.last).toMatchObject({ level: 'PTE', address: walk.entry, value: walk.value });
    expect(view.chain.load).toEqual({ absolute: walk.absolute + 0x234n });
    expect(view.pgste).toMatchObject({ address: walk.entry + 0x800n, flags: expect.arrayContaining(['ACC=3', 'FP']) });
    expect(view.key).toMatchObject({ frame: walk.absolute, value: view.key?.value });
    expect(view.guestToHost).toEqual({ gaddr: 0n, vmaddr: HOST });
    expect(view.hostToGuest).toEqual({ vmaddr: HOST, entry: gmap.asce & ~0xfffn, gaddr: 0n });
    expect(view.host?.chain.load).toEqual(view.chain.load);
    expect(view.host?.guests).toEqual([{ gmap: 'g0', gaddr: PAGE + 0x234n }]);
    expect(view.writes).toBeUndefined();
  });

  it('says what is missing', () => {
    const { gmap } = newGuest();
    expect(gmap.inspect(0n)).toMatchObject({ guestToHost: { vmaddr: HOST }, hostToGuest: undefined });
    expect(String(gmap.inspect(0n))).toContain('not linked');
    expect(gmap.inspect(4n * SEGMENT)).toMatchObject({ guestToHost: undefined, host: undefined, key: undefined });
    expect(String(gmap.inspect(4n * SEGMENT))).toContain('not mapped');
    expect(gmap.inspect(2n ** 64n - 1n).chain.load).toEqual({ interruption: 'ASCE_TYPE' });
  });

  it('still works when the process has exited', () => {
    const { gmap, mm, machine } = newGuest();
    unwrap(gmap.fault(0n));
    mm.exit();
    expect(gmap.inspect(0n)).toMatchObject({ host: undefined, pgste: undefined });
    expect(machine.gmaps).toEqual([gmap]);
    expect(gmap.dump()).toMatchObject([{ level: 'PMD', attributes: ['I'] }]);
  });

  it('reads like vtop', () => {
    const { gmap } = newGuest();
    unwrap(gmap.fault(PAGE, { write: true }));
    const text = String(gmap.inspect(PAGE));
    for (const line of [
      /^GUEST +HOST +ABSOLUTE$/m,
      /^ {2}ASCE: [0-9a-f]{16} {2}TYPE=SEGMENT LENGTH=3 /m,
      /^ {3}STE: [0-9a-f]{16} => [0-9a-f]{16} {2}TYPE=SEGMENT$/m,
      /^ {3}PTE: .* WRITE READ DIRTY YOUNG PRESENT$/m,
      /^ PGSTE: .* ACC=0 FP=0 PCL=0 HR=\d HC=\d GR=\d GC=\d UC=1 IN=0 ZERO=0 USAGE=stable$/m,
      /^ {2}load: absolute 0x[0-9a-f]+$/m,
      /^ {2}RTTE: /m,
      /^linked to {2}g0 at 0x1000$/m,
    ])
      expect(text).toMatch(line);
    expect(inspect(gmap.inspect(PAGE))).toBe(text);
  });

  it('is JSON with hex strings', () => {
    const { gmap } = newGuest();
    unwrap(gmap.fault(PAGE, { write: true }));
    const json = JSON.parse(JSON.stringify(gmap.inspect(PAGE)));
    expect(json).toMatchObject({
      space: 'g0',
      chain: { address: '0x1000', entries: [{ level: 'STE' }, { level: 'PTE' }] },
      guestToHost: { gaddr: '0x0', vmaddr: '0x10000000000' },
    });
  });

  it('changes nothing, and works in a dead machine and in a callback', () => {
    const { machine, mm, gmap } = newGuest();
    let seen = '';
    const notifier = machine.onPteInvalidation(() => {
      seen = String(gmap.inspect(0n));
    });
    unwrap(gmap.ipteNotify(0n, PAGE));
    const counts = machine.counts();
    gmap.inspect(0n);
    expect(machine.counts()).toEqual(counts);
    unwrap(mm.munmap(HOST, PAGE));
    expect(seen).toContain('IN=');
    expect(notifier.register().ok).toBe(false);
    expect(machine.bug).toBeDefined();
    expect(String(gmap.inspect(0n))).toContain('ASCE');
  });

  it.each([
    [0, TypeError],
    ['0x1000', TypeError],
    [-1n, RangeError],
    [2n ** 64n, RangeError],
  ])('does not take %s', (address, type) => {
    const { gmap, mm } = newGuest();
    expect(thrownBy(() => gmap.inspect(address as bigint))).toBeInstanceOf(type);
    expect(thrownBy(() => mm.inspect(address as bigint))).toBeInstanceOf(type);
  });

  it('is closed with the gmap', () => {
    const { gmap, mm } = newGuest();
    gmap.close();
    expectGmapError(() => gmap.inspect(0n), 'ERR_GMAP_CLOSED');
    expectGmapError(() => gmap.dump(), 'ERR_GMAP_CLOSED');
    mm.exit();
    expectGmapError(() => mm.inspect(0n), 'ERR_GMAP_CLOSED');
    expectGmapError(() => mm.mappings(), 'ERR_GMAP_CLOSED');
  });
});

describe('Mm.mappings', () => {
  it('lists what is mapped, and the stack', () => {
    const { mm } = newMachine();
    unwrap(mm.mmap({ address: HOST, length: PAGE, write: false, exec: true, shared: true }));
    unwrap(mm.mmap({ address: HOST + SEGMENT, length: SEGMENT, huge: true }));
    expect(mm.mappings()).toMatchObject([
      { start: HOST, end: HOST + PAGE, read: true, write: false, exec: true, shared: true, huge: false },
      { start: HOST + SEGMENT, end: HOST + 2n * SEGMENT, write: true, shared: false, huge: true, growsDown: false },
      { end: 2n ** 42n, growsDown: true },
    ]);
  });
});
