// SPDX-License-Identifier: GPL-2.0-only
/** Machines in worker threads, which can end at any moment. Workers run the compiled package. */
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { newGuest } from './fixture.js';
import { messageOf, startWorker } from './worker.js';

describe('workers', () => {
  it('have machines of their own, many at a time', async () => {
    const workers = Array.from({ length: 8 }, (_, i) =>
      startWorker(`
        const guests = Array.from({ length: 20 }, () => guest());
        for (let round = 0n; round < 50n; round++)
          for (const { gmap } of guests) unwrap(gmap.store(round * 0x1000n, round + ${i}n, { fault: true }));
        post(guests.map(({ gmap }) => unwrap(gmap.load(7n * 0x1000n))));
        for (const { machine } of guests.slice(10)) machine.close();
      `),
    );
    const exits = Promise.all(workers.map(async (worker) => (await once(worker, 'exit'))[0] as number));
    const answers = await Promise.all(workers.map(messageOf));
    for (const [i, answer] of answers.entries())
      expect(answer).toEqual(Array.from({ length: 20 }, () => 7n + BigInt(i)));
    expect(await exits).toEqual(workers.map(() => 0));
  });

  it.each([
    ['calls in a loop', 'const { gmap } = guest(); post(0); for (;;) gmap.translate(0n);'],
    [
      'a callback that never returns',
      'const { machine, mm, gmap } = guest(); unwrap(gmap.fault(0n)); machine.onPteInvalidation(() => { post(0); for (;;); }); mm.notify(0x10000000000n);',
    ],
    [
      'callbacks in a loop of calls',
      'const { machine, mm, gmap } = guest(); unwrap(gmap.fault(0n)); machine.onPteInvalidation(() => {}); post(0); for (;;) mm.notify(0x10000000000n);',
    ],
    [
      'a callback in the middle of a program',
      `const { machine, gmap } = guest(); unwrap(gmap.fault(0n));
       machine.onPteInvalidation(() => { post(0); for (;;); });
       const words = new BigUint64Array(4 * 1000);
       for (let i = 0; i < 1000; i++)
         words.set([19n | 0xffffffff00000000n, 0n, 0x10000000000n, 0xffffffffffffffffn], 4 * i);
       machine.execute(new Uint8Array(words.buffer));`,
    ],
    [
      'what is answered as objects',
      'const { machine, gmap } = guest(); post(0); for (;;) { machine.counts(); gmap.walk(0n); void gmap.asce; machine.gmaps; }',
    ],
    ['machines made and closed', 'post(0); for (;;) guest().machine.close();'],
    ['programs', 'const { machine } = guest(); post(0); for (;;) machine.execute(new Uint8Array(2 ** 20));'],
    [
      'a fault that is tried again and again',
      `const { machine, gmap } = guest(); let posted = false;
       machine.onMmapSemDropped(() => { if (!posted) post(0); posted = true; machine.inject('fixup_retry'); });
       machine.inject('fixup_retry'); gmap.fault(0n);`,
    ],
  ])('can be terminated in %s', async (_, body) => {
    for (const delay of [0, 2, 10]) {
      const worker = startWorker(body);
      await messageOf(worker);
      await new Promise((resolve) => setTimeout(resolve, delay));
      expect(await worker.terminate()).toBe(1);
    }
    expect(newGuest().machine.check().ok).toBe(true);
  });

  it('can exit in the middle of a callback', async () => {
    const worker = startWorker(`
      const { machine, mm, gmap } = guest();
      unwrap(gmap.fault(0n));
      machine.onPteInvalidation(() => process.exit(7));
      mm.notify(0x10000000000n);
      post('not reached');
    `);
    worker.on('message', () => expect.fail('went on'));
    expect(await once(worker, 'exit')).toEqual([7]);
  });

  it('do not take a machine along in a message', () => {
    const { machine, gmap } = newGuest();
    const copy = structuredClone({ machine, gmap });
    expect(copy.machine).not.toHaveProperty('close');
    expect(copy.gmap).not.toHaveProperty('translate');
  });
});
