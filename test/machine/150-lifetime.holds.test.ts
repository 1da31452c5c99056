// SPDX-License-Identifier: GPL-2.0-only
/** What becomes of machines: closed, forgotten, too many, or still there when the process ends. */
import { describe, expect, it } from 'vitest';
import { runChild } from './child.js';

const fine = { code: 0, signal: null };
/**
 * MiB. A machine has 50 KiB at least, so 8,000 that stay are 400; 8 are a kilobyte of each. ASan keeps what is freed, and more with
 * each machine.
 */
const ROOM = process.env.LD_PRELOAD?.includes('libasan') ? 128 : 8;

describe('10,000 machines', () => {
  it('made and closed in one synchronous loop take no memory', { timeout: 300_000 }, async () => {
    const result = await runChild(`
      const memoryAfter = (machines) => {
        for (let i = 0; i < machines; i++) {
          const machine = new Machine();
          unwrap(machine.mm.allocGmap(0n));
          machine.close();
        }
        gc();
        // V8 keeps room for what is no longer there.
        const { heapTotal, heapUsed } = process.memoryUsage();
        return rss() - (heapTotal - heapUsed) / 2 ** 20;
      };
      const before = memoryAfter(2000);
      const grown = memoryAfter(8000) - before;
      console.log(grown < ${ROOM} ? 'ok' : 'grew by ' + grown + ' MiB');
    `);
    expect(result).toMatchObject({ ...fine, output: 'ok' });
  });

  it('that nobody closes are closed once they are garbage and the loop rests', { timeout: 60_000 }, async () => {
    const result = await runChild(`
      const round = async () => {
        for (let i = 0; i < 200; i++) guest();
        gc();
        await tick();
        gc();
        await tick();
      };
      for (let i = 0; i < 3; i++) await round();
      const before = rss();
      for (let i = 0; i < 8; i++) await round();
      // On a busy machine the last round's may still wait for their finalizers. Two rounds at once are 84 MiB; all would be 336.
      for (let i = 0; i < 50 && rss() - before >= 128; i++) {
        gc();
        await tick();
      }
      console.log(rss() - before < 128 ? 'ok' : 'grew by ' + (rss() - before) + ' MiB');
    `);
    expect(result).toMatchObject({ ...fine, output: 'ok' });
  });

  it('with callbacks are garbage too', { timeout: 60_000 }, async () => {
    const result = await runChild(`
      let collected = 0;
      const registry = new FinalizationRegistry(() => collected++);
      const make = () => {
        const { machine, gmap } = guest();
        machine.onPteInvalidation(() => machine.counts());
        machine.onMmapSemDropped(() => gmap.asce);
        registry.register(machine, 0);
      };
      for (let i = 0; i < 50; i++) make();
      for (let i = 0; i < 20 && collected < 40; i++) {
        gc();
        await tick();
      }
      console.log(collected >= 40 ? 'ok' : collected + ' of 50');
    `);
    expect(result).toMatchObject({ ...fine, output: 'ok' });
  });

  it('that are all kept end in an error, not in a crash', { timeout: 120_000 }, async () => {
    const result = await runChild(`
      const kept = [];
      try {
        for (let i = 0; i < 100_000; i++) kept.push(new Machine({ storageLimit: 2 ** 40 }));
        console.log('all of them');
      } catch (error) {
        console.log(error instanceof GmapError && error.code);
      }
      const machine = kept[0];
      unwrap(machine.mm.mmap({ address: 0x10000000000n, length: 0x1000n }));
      unwrap(machine.mm.store(0x10000000000n, 1n));
    `);
    expect(result).toMatchObject({ ...fine, output: 'ERR_GMAP_MEMORY' });
  });
});

describe('objects of a machine', () => {
  it('come and go without end', { timeout: 60_000 }, async () => {
    const result = await runChild(`
      const { machine, mm } = guest();
      const round = (n) => {
        for (let i = 0; i < n; i++) {
          const gmap = unwrap(mm.allocGmap(0n));
          gmap.mapSegment({ from: 0x10000000000n, to: 0n, length: 0x100000n });
          gmap.free();
          const process = unwrap(machine.exec());
          process.exit();
          machine.createNotifier(() => {}).close();
          machine.snapshot().close();
        }
        gc();
      };
      round(5000);
      const before = rss();
      round(50_000);
      console.log(rss() - before < 32 ? 'ok' : 'grew by ' + (rss() - before) + ' MiB');
    `);
    expect(result).toMatchObject({ ...fine, output: 'ok' });
  });

  it('keep their machine alive', async () => {
    const result = await runChild(`
      let { gmap } = guest();
      for (let i = 0; i < 10; i++) {
        gc();
        await tick();
      }
      console.log(unwrap(gmap.translate(5n)) === 0x10000000005n ? 'ok' : 'wrong');
    `);
    expect(result).toMatchObject({ ...fine, output: 'ok' });
  });
});

describe('a process that ends', () => {
  it('with open machines ends well', async () => {
    expect(await runChild('for (let i = 0; i < 100; i++) guest();')).toMatchObject({ ...fine, output: '' });
  });

  it('in the middle of a callback', async () => {
    const result = await runChild(`
      const { machine, mm, gmap } = guest();
      unwrap(gmap.fault(0n));
      machine.onPteInvalidation(() => process.exit(7));
      mm.notify(0x10000000000n);
      console.log('went on');
    `);
    expect(result).toEqual({ code: 7, signal: null, output: '' });
  });

  it('because nobody catches what a callback throws', async () => {
    const result = await runChild(`
      const { machine, mm, gmap } = guest();
      unwrap(gmap.fault(0n));
      machine.onPteInvalidation(() => { throw new Error('from a callback'); });
      mm.notify(0x10000000000n);
    `);
    expect(result).toMatchObject({ code: 1, signal: null });
    expect(result.output).toContain('Error: from a callback');
  });

  it('because nobody catches a failure', async () => {
    const result = await runChild('const { gmap } = guest(); unwrap(gmap.fault(0x70000000n));');
    expect(result).toMatchObject({ code: 1, signal: null });
    expect(result.output).toContain("code: 'EFAULT'");
    expect(result.output).toContain("syscall: 'gmap_fault'");
  });
});
