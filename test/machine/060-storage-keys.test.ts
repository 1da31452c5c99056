// SPDX-License-Identifier: GPL-2.0-only
import { describe, expect, it } from 'vitest';
import { pageUsages, unwrap } from '../../lib/index.js';
import { expectGmapError, HOST, laterKernels, newGuest, newMachine, PAGE, SEGMENT } from './fixture.js';

describe('guest storage keys', () => {
  it('stay with the page, in the frame or in the PGSTE', () => {
    const { machine, mm } = newGuest();
    unwrap(mm.enableSkey());
    expect(mm.skeyEnabled).toBe(true);
    unwrap(mm.store(HOST, 1n));
    unwrap(mm.setGuestStorageKey(HOST, 0x36));
    expect(unwrap(mm.getGuestStorageKey(HOST))).toBe(0x36);
    expect(machine.storageKey(unwrap(mm.walk(HOST)).absolute)).toBe(0x30);
    unwrap(mm.setGuestStorageKey(HOST + PAGE, 0x5e, { nonQuiescing: true }));
    expect(mm.walk(HOST + PAGE).ok).toBe(false);
    expect(unwrap(mm.getGuestStorageKey(HOST + PAGE))).toBe(0x5e);
    unwrap(mm.store(HOST + PAGE, 1n));
    expect(machine.storageKey(unwrap(mm.walk(HOST + PAGE)).absolute) & 0xf8).toBe(0x58);
  });

  it('are cleared when their use begins', () => {
    const { mm } = newGuest();
    unwrap(mm.store(HOST, 1n));
    unwrap(mm.setGuestStorageKey(HOST, 0x30));
    unwrap(mm.enableSkey());
    expect(unwrap(mm.getGuestStorageKey(HOST))).toBe(0);
    unwrap(mm.enableSkey());
  });

  it('replace the zero page', () => {
    const { mm, gmap } = newGuest();
    unwrap(gmap.load(0n, { fault: true }));
    expect(mm.walk(HOST)).toMatchObject({ ok: true, value: { protected: true } });
    unwrap(mm.enableSkey());
    unwrap(gmap.load(0n, { fault: true }));
    expect(mm.walk(HOST)).toMatchObject({ ok: true, value: { protected: false } });
  });

  it.each([-1, 256, 1.5, Number.NaN])('are not %d', (key) => {
    const { mm } = newGuest();
    expect(() => mm.setGuestStorageKey(HOST, key)).toThrow(RangeError);
  });

  it('are set under conditions, after 4.7', () => {
    const { mm } = newGuest({ kernel: '6.1' });
    unwrap(mm.enableSkey());
    unwrap(mm.store(HOST, 1n));
    const set = (...args: Parameters<typeof mm.condSetGuestStorageKey>): [boolean, number] => {
      unwrap(mm.setGuestStorageKey(HOST, 0x36));
      return [unwrap(mm.condSetGuestStorageKey(...args)), unwrap(mm.getGuestStorageKey(HOST))];
    };
    expect(set(HOST, 0x36)).toEqual([true, 0x36]);
    expect(set(HOST, 0x36, { ignoreReferenced: true })).toEqual([false, 0x36]);
    expect(set(HOST, 0x32, { ignoreReferenced: true })).toEqual([false, 0x36]);
    expect(set(HOST, 0x32, { ignoreChanged: true })).toEqual([true, 0x32]);
    expect(set(HOST, 0x34, { ignoreChanged: true })).toEqual([false, 0x36]);
    expect(set(HOST, 0x30, { ignoreReferenced: true, ignoreChanged: true })).toEqual([false, 0x36]);
    expect(set(HOST, 0x46, { ignoreReferenced: true, ignoreChanged: true, nonQuiescing: true })).toEqual([true, 0x46]);
  });

  it('lose their reference bit, after 4.7', () => {
    const { mm } = newGuest({ kernel: '6.1' });
    unwrap(mm.enableSkey());
    unwrap(mm.store(HOST, 1n));
    const reset = (key: number): number => {
      unwrap(mm.setGuestStorageKey(HOST, key));
      // what the frame had of its own goes with the first
      unwrap(mm.resetGuestReferenceBit(HOST));
      unwrap(mm.setGuestStorageKey(HOST, key));
      return unwrap(mm.resetGuestReferenceBit(HOST));
    };
    expect([0x30, 0x32, 0x34, 0x36].map(reset)).toEqual([0, 1, 2, 3]);
    expect(unwrap(mm.getGuestStorageKey(HOST))).toBe(0x32);
  });

  it.each(laterKernels)('of %s need a page table, from 6.1 on also memory', (kernel) => {
    const { machine, mm } = newGuest({ kernel });
    const EFAULT = { ok: false, error: { code: 'EFAULT', errno: -14 } };
    const { frames } = machine.counts();
    expect(mm.getGuestStorageKey(HOST)).toEqual({ ok: true, value: 0 });
    expect(mm.setGuestStorageKey(HOST, 0x30)).toMatchObject(EFAULT);
    expect(mm.condSetGuestStorageKey(HOST, 0x30)).toMatchObject(EFAULT);
    const nowhere = HOST + 64n * SEGMENT;
    const missing = kernel === 'linux-5.10' ? { ok: true, value: 0 } : EFAULT;
    expect(mm.getGuestStorageKey(nowhere)).toMatchObject(missing);
    expect(mm.resetGuestReferenceBit(nowhere)).toMatchObject(EFAULT);
    // a segment table more: 5.10 makes what is above the page table
    expect(machine.counts().frames - frames).toBe(kernel === 'linux-5.10' ? 4 : 0);
  });

  it('replace zero pages by pages in 6.12, for which there can be no memory', () => {
    const machine = newMachine({ kernel: '6.12' });
    const { mm } = machine;
    unwrap(mm.enableSie());
    unwrap(mm.mmap({ address: HOST, length: SEGMENT }));
    unwrap(mm.load(HOST));
    machine.inject('host_page');
    expect(mm.enableSkey()).toMatchObject({ error: { code: 'ENOMEM', syscall: 's390_enable_skey' } });
    expect(mm.skeyEnabled).toBe(false);
    unwrap(mm.enableSkey());
    expect(mm.skeyEnabled).toBe(true);
    expect(machine.check().ok).toBe(true);
  });
});

describe('the dirty log', () => {
  it('has a page that was written to since it was asked for', () => {
    const { mm, gmap } = newGuest();
    unwrap(gmap.store(0n, 1n, { fault: true }));
    const dirty = (): boolean => unwrap(mm.testAndClearGuestDirty(HOST));
    expect([dirty(), dirty()]).toEqual([true, false]);
    expect(gmap.store(0n, 2n)).toMatchObject({ ok: false, error: { code: 'PROTECTION' } });
    unwrap(gmap.store(0n, 2n, { fault: true }));
    expect([dirty(), dirty()]).toEqual([true, false]);
  });

  it('makes no page table in later kernels', () => {
    const { machine, mm, gmap } = newGuest({ kernel: '6.1' });
    const dirty = (): boolean => unwrap(mm.testAndClearUc(HOST));
    const before = machine.counts();
    expect(dirty()).toBe(false);
    expect(machine.counts()).toEqual(before);
    unwrap(gmap.store(0n, 1n, { fault: true }));
    expect([dirty(), dirty()]).toEqual([true, false]);
    expect(gmap.store(0n, 2n)).toMatchObject({ error: { code: 'PROTECTION' } });
    unwrap(gmap.store(0n, 2n, { fault: true }));
    expect(dirty()).toBe(true);
  });
});

describe('ESSA', () => {
  it('lets a swapped-out page be freed when the guest does not need it', () => {
    const { machine, mm, gmap } = newGuest();
    unwrap(gmap.store(0n, 7n, { fault: true }));
    const frames = machine.counts().frames;
    unwrap(mm.swapOut(HOST));
    unwrap(gmap.zap(0n));
    expect(machine.counts().frames).toBe(frames);
    mm.essaSetUsage(HOST, 'unused');
    unwrap(gmap.zap(0n));
    expect(machine.counts().frames).toBe(frames - 1);
    expect(unwrap(gmap.load(0n, { fault: true }))).toBe(0n);
  });

  it('is forgotten by reset_cmma, except that a page is zero', () => {
    const { machine, mm, gmap } = newGuest();
    unwrap(gmap.store(0n, 7n, { fault: true }));
    const pgste = (): bigint => {
      const bytes = machine.readStorage(unwrap(mm.walk(HOST)).entry + 2048n, 8);
      return new DataView(bytes.buffer).getBigUint64(0) & 0xffff_ffffn;
    };
    mm.essaSetUsage(HOST, 'volatile');
    mm.essaSetZero(HOST, true);
    expect(pgste()).toBe(0x8300_0000n);
    unwrap(mm.resetCmma());
    expect(pgste()).toBe(0x8000_0000n);
    mm.essaSetZero(HOST, false);
    expect(pgste()).toBe(0n);
    for (const [index, usage] of pageUsages.entries()) {
      mm.essaSetUsage(HOST, usage);
      expect(pgste()).toBe(BigInt(index) << 24n);
    }
  });

  it('needs a page table', () => {
    const { mm } = newGuest();
    expectGmapError(() => mm.essaSetUsage(HOST, 'unused'), 'ERR_GMAP_NO_PAGE_TABLE');
    expectGmapError(() => mm.essaSetZero(HOST, true), 'ERR_GMAP_NO_PAGE_TABLE');
    expect(() => mm.essaSetUsage(HOST, 'stale' as 'stable')).toThrow(RangeError);
    expect(() => mm.essaSetZero(HOST, 1 as unknown as boolean)).toThrow(TypeError);
  });
});
